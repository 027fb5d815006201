"""What a company becomes on a node, and what is sent when it changes."""

from hypothesis import given
from hypothesis import strategies as st

from flow.engine.manifest import ManifestStore
from flow.engine.pbx.objects import (
    TELEPHONE_KINDS,
    PbxObject,
    caller_id,
    digest,
    in_push_order,
    keys_of,
    manifest_hash,
    sentinel,
    telephone,
)
from flow.engine.portions import SMALL, STEP, Plan, next_round
from flow.engine.provisioning import _locked_out, _plan
from flow.engine.snapshots import LoadedCompany
from flow.routing.snapshot import CompanySnapshot

KEY = b"k" * 32


def loaded(passwords: dict[str, str]) -> LoadedCompany:
    """A company whose telephones have these passwords."""
    items = [o for name, word in passwords.items() for o in telephone(name, word, browser=False, caller_id="")]
    digests = {item.key: digest(item, KEY) for item in items}
    snapshot = CompanySnapshot.of(1, 1, ())
    return LoadedCompany(snapshot, {item.key: item for item in items}, digests, manifest_hash(digests))


names = st.text("abc", min_size=1, max_size=2).map(lambda text: f"f1-{text}")
companies = st.dictionaries(names, st.sampled_from(["one", "two"]), max_size=6)


@given(companies, companies)
def test_after_the_plan_the_node_has_exactly_what_is_wanted(before, after):
    have, wanted = dict(loaded(before).digests), loaded(after)
    plan = _plan(wanted, have)
    for key in plan.deletes:
        del have[key]
    have.update({item.key: digest(item, KEY) for item in plan.puts})
    assert have == wanted.digests


@given(companies)
def test_nothing_is_sent_when_nothing_changed(company):
    assert _plan(loaded(company), loaded(company).digests).size == 0


@given(companies, companies)
def test_what_did_not_change_is_not_sent(before, after):
    puts = _plan(loaded(after), loaded(before).digests).puts
    same = {name for name, word in after.items() if before.get(name) == word}
    assert not same & {item.name for item in puts}


def test_a_company_that_is_gone_is_deleted_and_its_sentinel_apart():
    have = {**loaded({"f1-a": "x"}).digests, "sentinel": ""}
    assert _plan(None, have) == Plan([], keys_of("f1-a"))


def test_a_new_password_signs_the_telephone_out_and_a_doubtful_one_does_not():
    wanted = loaded({"f1-a": "new"})
    puts = _plan(wanted, loaded({"f1-a": "old"}).digests).puts
    assert [item.kind for item in puts] == ["auth", "aor"]
    assert _locked_out(puts, loaded({"f1-a": "old"}).digests) == ["aor/f1-a"]
    assert _locked_out(puts, dict.fromkeys(wanted.digests, "")) == []


def test_all_aors_are_pushed_before_the_first_endpoint():
    items = [o for name in ("f1-a", "f1-b") for o in telephone(name, "x", browser=True, caller_id="")]
    stages = [[item.kind for item in stage] for stage in in_push_order(items) if stage]
    assert stages == [[kind] * 2 for kind in TELEPHONE_KINDS]


def many(company_id: int, count: int) -> list[PbxObject]:
    names = (f"f{company_id}-{index}" for index in range(count))
    return [o for name in names for o in telephone(name, "x", browser=False, caller_id="")]


def rounds_of(plans: dict[int, Plan], endpoints: int) -> list[list[PbxObject]]:
    """What goes in each round, until everybody has everything."""
    found = []
    while plans:
        this = next_round(plans, {99}, endpoints)
        assert this.plans or this.whole
        found.append([item for plan in this.plans.values() for item in plan.puts])
        gone = {c: set(plan.deletes) for c, plan in this.plans.items()}
        sent = {item.key for item in found[-1]}
        plans = {
            c: Plan(
                [item for item in plan.puts if item.key not in sent],
                [key for key in plan.deletes if key not in gone.get(c, ())],
            )
            for c, plan in plans.items()
            if c not in this.whole
        }
        assert all(plan.size for plan in plans.values())
        assert this.more == bool(plans)
    return found


def test_all_new_aors_of_a_big_push_come_before_the_first_endpoint_and_everything_comes_once():
    plans = {1: Plan(many(1, 1_500)), 2: Plan(many(2, 400)), 3: Plan([], [f"auth/f3-{n}" for n in range(1_200)])}
    rounds = rounds_of(plans, endpoints=0)
    items = [item for one in rounds for item in one]
    kinds = [item.kind for item in items]
    assert "aor" not in kinds[kinds.index("endpoint") :]
    assert len({item.key for item in items}) == len(items) == 3 * 1_900
    assert max(map(len, rounds)) <= 2 * STEP


def test_the_more_endpoints_there_are_the_fewer_new_aors_come_at_once():
    first = {n: len(rounds_of({1: Plan(many(1, 600))}, endpoints=n)[0]) for n in (0, 300, 3_000)}
    assert first[0] > first[300] > first[3_000] > 0


def test_while_nobody_is_in_service_more_goes_at_once():
    plans = {1: Plan(many(1, 6_000))}
    alone, beside = (next_round(plans, served, 0).plans[1].size for served in (set(), {99}))
    assert alone > beside


def test_auth_and_aor_of_a_telephone_come_together_so_that_a_new_password_renews_the_aor():
    for one in rounds_of({1: Plan(many(1, 900))}, endpoints=500):
        names = {kind: {item.name for item in one if item.kind == kind} for kind in TELEPHONE_KINDS}
        assert names["auth"] == names["aor"]


def test_a_small_change_goes_whole_before_the_rest_of_what_is_big():
    plans = {1: Plan(many(1, 5_000)), 2: Plan(many(2, 1))}
    this = next_round(plans, {1, 2}, 300)
    assert (this.whole, this.plans[2], this.more) == ({2}, plans[2], True)
    assert 0 < this.plans[1].size < SMALL * 10


def test_what_is_small_altogether_goes_in_one_round():
    plans = {1: Plan(many(1, 40)), 2: Plan(many(2, 50)), 3: Plan()}
    this = next_round(plans, set(), 10_000)
    assert (this.plans, this.whole, this.more) == (plans, {1, 2, 3}, False)


def test_a_digest_without_the_key_says_nothing_about_the_password():
    item = telephone("f1-a", "segredo", browser=False, caller_id="")[0]
    assert digest(item, KEY) != digest(item, b"z" * 32)
    assert digest(item, KEY) != digest(PbxObject("auth", "f1-a", item.fields[:-1]), KEY)


@given(st.text(max_size=80), st.text("0123456789", min_size=2, max_size=6))
def test_a_label_never_ends_the_caller_id_early(label, number):
    text = caller_id(label, number)
    assert text.endswith(f'" <{number}>')
    assert text.count('"') == 2
    assert not set(text[1 : text.rindex('"')]) & set('"\\<>;,&|${}@/\r\n')


def test_every_value_that_is_pushed_is_a_string():
    items = [*telephone("f1-a", "x", browser=True, caller_id=""), sentinel(1, "hash")]
    assert all(isinstance(value, str) for item in items for _, value in item.fields)


def test_a_manifest_survives_and_a_broken_one_counts_as_none(tmp_path):
    store = ManifestStore(tmp_path)
    store.write(7, {"auth/f7-a": "1"})
    assert (store.read(7), store.companies()) == ({"auth/f7-a": "1"}, {7})
    (tmp_path / "company-7.json").write_text("{half")
    assert store.read(7) == {}
    store.forget(7)
    assert store.companies() == set()
