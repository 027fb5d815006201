"""The node's configuration follows the database, whatever was restarted and whoever was not told."""

import time

import pytest

from bench.cold_node import Watch
from bench.phones import Line
from bench.telephone import Telephone
from bench.tenants import company_with_extensions
from flow.catalog.call import CallResult
from tests.calls.sip import called, caller, registration
from tests.calls.site import wait_for


def a_call_is_possible(site, company, ana, bia):
    before = len(site.calls(company.id))
    answering = bia.plays(called().answers().is_hung_up_on())
    ana.plays(caller(bia.account.number).is_answered().hangs_up()).succeeds()
    answering.succeeds()
    assert site.ended_calls(company.id, before + 1)[-1].result == CallResult.ANSWERED


def objects_of(site, user):
    return site.node.command(f"pjsip show endpoint {user}")


def pushed(site):
    return site.status()["nodes"][0]["last_push"]


def test_a_new_extension_serves_calls_within_a_second_of_being_saved(site, company):
    company.extension("1000")
    started = time.monotonic()
    site.ask("/changed", {"company_id": company.id, "revision": company.revision})
    found = company.in_service()
    assert time.monotonic() - started < 1
    assert found["revision"] == company.revision
    assert found["ms"] < 1000


def test_a_lost_notification_is_not_a_lost_change(site, company):
    account = company.extension("1000")
    wait_for(lambda: "InAuth" in objects_of(site, account.user), 3)


def test_only_what_changed_is_pushed(site, company):
    accounts = [company.extension(str(number)) for number in range(1000, 1010)]
    company.in_service()
    company.change(accounts[3], label="Outro Nome")
    company.in_service()
    assert pushed(site)["changed"] == 2  # the endpoints of softphone and browser: their caller id
    assert pushed(site)["company_id"] == company.id
    assert "Outro Nome" in objects_of(site, accounts[3].user)


def test_a_changed_password_locks_the_old_one_out(site, company, phones):
    (ana,) = phones("1000")
    company.change(ana.account, password="outrosegredo77")
    company.in_service()
    assert not site.ask(f"/registrations?company_id={company.id}")[str(ana.account.extension_id)]["softphone"]
    run = ana.plays(registration())
    run.process.wait(15)
    assert run.process.returncode != 0
    assert not run.saw("SIP/2.0 200 OK")


def test_a_deleted_extension_is_gone_from_the_node(site, company):
    account = company.extension("1000")
    company.in_service()
    company.delete(account)
    company.in_service()
    for kind in ("endpoint", "aor", "auth"):
        assert "Unable to find" in site.node.command(f"pjsip show {kind} {account.user}")


def test_a_deactivated_extension_is_gone_from_the_node_and_comes_back(site, company):
    account = company.extension("1000")
    company.in_service()
    company.change(account, active="")
    company.in_service()
    assert "Unable to find" in objects_of(site, account.user)
    company.change(account, active="on")
    company.in_service()
    assert "InAuth" in objects_of(site, account.user)


def test_an_extension_without_webphone_has_no_browser_endpoint(site, company):
    account = company.extension("1000", webphone="")
    company.in_service()
    assert "InAuth" in objects_of(site, account.user)
    assert "Unable to find" in objects_of(site, f"{account.user}-w")


def test_a_restarted_asterisk_gets_everything_again_and_calls_go_on(site, company, phones):
    ana, bia = phones("1000", "1001")
    site.restart_node()
    site.wait_until_in_sync()
    ana.registers()
    bia.registers()
    a_call_is_possible(site, company, ana, bia)


def test_a_restarted_engine_pushes_nothing_when_nothing_changed(site, company, phones):
    ana, bia = phones("1000", "1001")
    site.stop_engine()
    site.start_engine()
    site.wait_until_in_sync()
    assert pushed(site) is None
    assert site.status()["nodes"][0]["objects"] > 0
    a_call_is_possible(site, company, ana, bia)


@pytest.mark.parametrize("files_lost", [False, True])
def test_what_changed_while_no_engine_ran_is_in_service_after_its_start(site, company, files_lost):
    kept, doomed = company.extension("1000"), company.extension("1001")
    company.in_service()
    site.kill_engine()
    company.delete(doomed)
    new = company.extension("1002")
    if files_lost:
        for file in (site.settings.data_dir / "engine").rglob("company-*.json"):
            file.unlink()
    site.start_engine()
    site.wait_until_in_sync()
    assert "Unable to find" in objects_of(site, doomed.user)
    assert "InAuth" in objects_of(site, kept.user)
    assert "InAuth" in objects_of(site, new.user)
    if not files_lost:
        assert pushed(site)["changed"] == 12


def test_a_cold_node_gets_all_aors_before_the_first_endpoint(site, company):
    for number in range(1000, 1005):
        company.extension(str(number))
    company.in_service()
    log = site.node.places.log / "messages.log"
    site.restart_node()
    site.wait_until_in_sync()
    assert "ERROR" not in log.read_text().rpartition("built by")[2]
    assert site.status()["nodes"][0]["objects"] >= 30


def test_a_telephone_can_be_signed_out_by_force(site, company, phones):
    (ana,) = phones("1000")
    site.ask("/phones/forget", {"company_id": company.id, "endpoint": ana.account.user})

    def signed_out():
        return not site.ask(f"/registrations?company_id={company.id}")[str(ana.account.extension_id)]["softphone"]

    wait_for(signed_out, 5)
    ana.registers()


def waiting_aors(site):
    """How many AORs Asterisk has yet to look at."""
    rows = site.node.command("core show taskprocessors like sorcery/aor").splitlines()
    return next(int(row.split()[2]) for row in rows if row.startswith("sorcery/aor"))


def test_very_many_new_telephones_at_once_do_not_keep_a_live_node_from_the_others(site, company, phones):
    ana, bia, eva = phones("1000", "1001", "1002")
    company_with_extensions(400, "90000400")
    site.wait_until_in_sync()
    answering = bia.plays(called().answers().is_hung_up_on())
    talking = ana.plays(caller("1001").is_answered().waits_for_a_sign().hangs_up())
    talking.sees("SIP/2.0 200 OK")
    account = eva.account
    telephone = Telephone(Line(account.number, account.user, account.password), site.settings.sip_port, patience=1.0)
    with Watch(telephone) as watch:
        big = company_with_extensions(1_500, "90001500")
        wait_for(lambda: site.status()["nodes"][0]["objects"] > 3 * 600, 15)
        company.extension("1003")
        started = time.monotonic()
        company.in_service()
        took = time.monotonic() - started
        assert not site.status()["nodes"][0]["in_sync"]  # or the small save had nothing to get past
        site.wait_until_in_sync()
        behind = waiting_aors(site)
    telephone.close()
    assert site.wait_in_service(big.company_id, 2)
    assert (took < 2, behind < 100, watch.refused_afterwards, watch.slowest < 1) == (True, True, 0, True), (
        f"{took=:.2f} {behind=} {watch.slowest=:.2f}"
    )
    talking.sign()
    talking.succeeds()
    answering.succeeds()
