"""The search of everything: what is called so comes before what merely mentions it."""

from flow.services.finder import find


def test_a_name_that_begins_with_the_words_comes_before_one_that_mentions_them(tenant):
    tenant.extension("2001", label="Exames da torre norte")
    tenant.save("queue", {"name": "Sala de exames", "number": "501"})
    tenant.save("queue", {"name": "Exames", "number": "502"})
    assert [hit.title for hit in find(tenant.owner, "exames")] == ["Exames", "Sala de exames", "2001"]
