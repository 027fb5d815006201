"""What the code for one's own queues does, by who dials it."""

from flow.routing.features import toggle_queues
from flow.routing.snapshot import CompanySnapshot, MemberPlan, QueuePlan, Station

ANA, BIA = (Station(number, f"100{number}", "Pessoa", (), 20, True) for number in (1, 2))
OWN, AS_TELEPHONE = MemberPlan("user:7", 1, "Ana"), MemberPlan("extension:1", 1, "1001")
QUEUES = (
    QueuePlan(5, "Suporte", "500", members=(OWN,)),
    QueuePlan(6, "Vendas", "501", members=(OWN, MemberPlan("user:8", 2, "Bia"))),
    QueuePlan(7, "Recado", "502", members=(AS_TELEPHONE,)),
)
COMPANY = CompanySnapshot.of(1, 1, (ANA, BIA), queues=QUEUES)


def test_who_is_in_no_queue_enters_all_of_the_own():
    toggle = toggle_queues(COMPANY, ANA, {(6, "user:8")})
    assert (toggle.key, toggle.queues, toggle.enters) == ("user:7", (5, 6), True)
    assert toggle.why == 'Entrou em "Suporte", "Vendas".'


def test_who_is_in_any_queue_leaves_all():
    toggle = toggle_queues(COMPANY, ANA, {(6, "user:7")})
    assert (toggle.queues, toggle.enters, toggle.why) == ((5, 6), False, 'Saiu de "Suporte", "Vendas".')


def test_a_telephone_that_is_a_member_by_itself_is_no_agent():
    alone = CompanySnapshot.of(1, 1, (ANA,), queues=QUEUES[2:])
    assert toggle_queues(alone, ANA, ()).queues == ()
    assert toggle_queues(COMPANY, None, ()).queues == ()
