"""Where the numbers of a law are used: the register's list agrees with the imports, both ways."""

import importlib
from collections.abc import Iterator

import grimp
import pytest

from kwsp_portal.common import rates
from kwsp_portal.frame.law import places
from kwsp_portal.frame.law.codes import READERS
from kwsp_portal.frame.law.places import Place
from kwsp_portal.frame.routes import routes

CALCULATORS = (places.CALCULATOR, places.CALCULATOR_LIST)
ASKED_FOR: dict[str, tuple[Place, ...]] = {
    "contributions.borang_a.checks": (places.BORANG_A,),
    "contributions.api.late_charge": (places.LATE_API,),
    "contributions.calculator.incentive": (places.INCENTIVE_CALCULATOR, places.INCENTIVE_API),
    "contributions.calculator.late": (places.LATE_CALCULATOR, places.LATE_API),
    "contributions.calculator.duties": (places.DUTIES,),
    "contributions.calculator.lessons": (places.HELP,),
    "contributions.calculator.reckoning": (*CALCULATORS, places.CALCULATOR_API),
    "contributions.calculator.several": (places.CALCULATOR_LIST,),
    "contributions.explanations": CALCULATORS,
    "contributions.selectors.arrears": (places.ARREARS,),
    "contributions.selectors.owing": (places.ARREARS, places.LATE_BATCH),
    "kwsp_portal.frame.homes": (places.SAVINGS,),
    "withdrawals.calculator": (places.WITHDRAWAL_CALCULATOR, places.WITHDRAWAL_API),
    "contributions.selectors.complaints": (),  # which months may be complained of: no figure of its own
    "contributions.selectors.corrected": (places.MEMBER_MONTH, places.MEMBER_API, places.ROW),
    "contributions.selectors.divided": (places.MEMBER_MONTH, places.MEMBER_API),
    "contributions.selectors.divisions": (places.RECOMPUTE,),
    "contributions.selectors.elections": (places.ELECTIONS, places.OWN_ELECTIONS),
    "contributions.selectors.explaining": (places.MEMBER_MONTH, places.MEMBER_API),
    "contributions.selectors.filings": (places.ROW,),
    "contributions.selectors.instalments": (places.INSTALMENTS, places.INSTALMENT_PLANS, places.INSTALMENT_DAYS),
    "contributions.services.instalment_days": (places.INSTALMENT_DAYS,),
    "contributions.services.instalment_moves": (places.INSTALMENTS, places.INSTALMENT_PLANS),
    "contributions.views.arrears": (places.ARREARS,),
    "contributions.views.instalments": (places.INSTALMENTS, places.INSTALMENT_PLANS),
    "contributions.selectors.late_dues": (places.LATE_PAYING, places.ARREARS),
    "contributions.selectors.late_rates": (places.LATE_PAYING, places.ARREARS, places.LATE_CALCULATOR, places.LATE_API, places.LATE_BATCH),
    "contributions.selectors.laws_used": (),  # compares editions, shows no figure
    "contributions.selectors.months": (places.SAVINGS,),
    "contributions.selectors.recompute": (places.RECOMPUTE, places.CORRECTIONS, places.OVERPAYMENT),
    "contributions.services.overpayments": (places.OVERPAYMENT,),
    "contributions.views.overpayments": (places.OVERPAYMENT,),
    "contributions.selectors.savings": (places.SAVINGS,),
    "contributions.selectors.wage_lists": (places.WAGE_LIST,),
    "contributions.services.rechecking": (places.MENDING,),
    "contributions.selectors.statement": (places.SAVINGS,),
    "contributions.services.late_charges": (places.LATE_BATCH,),
    "contributions.services.late_crediting": (places.LATE_CREDITING,),
    "contributions.services.late_reminders": (),  # whether anything is owed, and whether a month is missing: no figure of its own
    "contributions.services.assessed_rows": (places.ASSESSING,),
    "contributions.services.copied_rows": (places.BORANG_A,),
    "contributions.services.correcting": (places.POSTING_CORRECTIONS,),
    "contributions.services.crediting": (places.CREDITING,),
    "contributions.services.election_checks": (places.ELECTIONS, places.ELECTION_FILES),
    "contributions.services.election_effect": (places.ELECTIONS,),
    "contributions.services.election_moves": (places.ELECTIONS,),
    "contributions.services.election_files": (places.ELECTION_FILES,),
    "contributions.services.elections": (places.ELECTIONS,),
    "contributions.services.sending": (places.UPLOAD,),
    "contributions.services.matching": (places.MATCHING,),
    "contributions.services.register_effects": (),  # told to the counter through a registry, which no import shows
    "contributions.services.register": (places.BORANG_A,),
    "contributions.services.template": (places.TEMPLATE,),
    "contributions.views.calculator": CALCULATORS,
    "contributions.views.duties": (places.DUTIES,),
    "contributions.views.election_files": (places.ELECTION_FILES,),
    "contributions.views.election_recording": (places.ELECTIONS,),
    "contributions.services.voluntary_reversals": (places.VOLUNTARY_REVERSALS,),
    "contributions.services.wrong_credits": (places.WRONG_CREDITS,),
    "contributions.services.law_used": (),  # keeps the names of editions, shows no figure
    "kwsp_portal.frame.isaraan": (places.ISARAAN,),
    "members.services.ages": (places.AGES,),
    "members.services.initial_transfer": (places.INITIAL_TRANSFER,),
    "members.selectors.dividend_rates": (places.DIVIDEND_RATES, places.DIVIDENDS),
    "members.selectors.dividends": (places.OWN_DIVIDENDS,),
    "members.services.declaring": (places.DECLARING,),
    "members.services.dividends": (places.DIVIDENDS,),
    "members.services.dividends_before": (places.DIVIDENDS_BEFORE,),
    "members.services.dividends_due": (places.DIVIDENDS_DUE,),
    "members.views.dividends": (places.DIVIDEND_RATES,),
    "members.views.shariah": (),  # only whether it is the year's scheme
    "members.services.effects": (),  # the same
    "kwsp_portal.frame.records.member": (),  # says how old somebody is, which no number of law decides
    "members.explanations": (),  # words for the figures of others
    "contributions.views.shared": (places.UPLOAD, places.SUBMIT),
    "contributions.explanations_incentive": (),  # words for the figures of others
    "contributions.views.doubts": (),  # codes and names of what others reckoned
    "kwsp_portal.frame.demo.incentive": (),  # names of schemes, no figure
    "contributions.acts": (),  # names of schemes and of work, no figure
    "contributions.admin.incentive_runs": (),  # the same
    "contributions.models.incentives": (),  # half-years as spans of days
    "contributions.selectors.incentives_of": (places.VOLUNTARY,),
    "contributions.selectors.invariants_voluntary": (),  # compares with the ceiling, shows nobody a figure
    "contributions.selectors.registrations": (places.REGISTERING,),
    "contributions.selectors.voluntary": (places.VOLUNTARY,),
    "contributions.services.employer_watch": (),  # which months an employer's contribution came in: no figure of its own
    "contributions.services.incentive_credits": (places.INCENTIVE_CREDITING,),
    "contributions.services.incentive_ends": (places.INCENTIVE_ENDS,),
    "contributions.services.incentive_news": (),  # words for the figures of others
    "contributions.services.incentive_runs": (places.INCENTIVE_RECKONING,),
    "contributions.services.registering": (places.REGISTERING,),
    "contributions.services.counter": (places.COUNTERS,),
    "contributions.services.receipt_voluntary": (places.AGENTS,),
    "contributions.services.voluntary": (places.PAYING_VOLUNTARY, places.MONTHLY_DEBITS),
    "contributions.services.monthly_debits": (places.MONTHLY_DEBITS,),
    "contributions.services.monthly_news": (),  # words for the figures of others
    "contributions.services.mandates": (),  # which day of the month is the next: no figure of its own
    "contributions.services.voluntary_crediting": (places.VOLUNTARY_CREDITING,),
    "contributions.views.appeal_proposals": (),  # which half-year an appeal is about: no figure of its own
    "contributions.views.incentive_runs": (places.INCENTIVE_RUNS,),
    "contributions.views.registering": (places.REGISTERING,),
    "contributions.views.voluntary": (places.VOLUNTARY,),
    "withdrawals.kinds.common": (places.WITHDRAWALS,),
    "withdrawals.kinds.age_50": (places.WITHDRAWALS,),
    "withdrawals.kinds.khas_2022": (places.WITHDRAWALS,),
    "kwsp_portal.frame.khas": (places.KHAS,),
    "kwsp_portal.frame.khas_questions": (places.KHAS,),
    "members.services.replacing": (places.CREDITING, places.MATCHING, places.POSTING_CORRECTIONS, places.WRONG_CREDITS, places.VOLUNTARY_CREDITING),
    "members.selectors.replacing": (places.SAVINGS,),
    "withdrawals.services.khas": (places.KHAS_DECIDING,),
    **{f"withdrawals.kinds.{kind}": (places.WITHDRAWALS,) for kind in ("fleksibel", "education", "house_buy", "house_instalment", "age_55")},
    "withdrawals.selectors.desk": (places.WITHDRAWAL_DESK,),
    "withdrawals.services.deciding": (places.WITHDRAWAL_DESK,),
    "withdrawals.services.recurring": (),  # where the money of an account stands at 55: no figure of its own
    "withdrawals.selectors.facts": (),  # where the money of an account stands at 55: no figure of its own
}
"""Where people or programs meet what a module asks of a law. A module that is not here fails the test: say where its figures are met."""
NO_PLACE = "kwsp_portal.frame.population"
"""The demo's population goes through the same rules, and nobody meets a figure there."""


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("kwsp_portal", "members", "employers", "contributions", "withdrawals")


def askers(graph: grimp.ImportGraph, reader: str) -> Iterator[str]:
    """The modules that ask a law: those outside the rules that import its reader, or a rule that leads to it."""
    rules = {module for module in graph.modules if ".rules" in module}
    leading = {reader}
    while more := {rule for rule in rules - leading if graph.find_modules_directly_imported_by(rule) & leading}:
        leading |= more
    for module in sorted(set().union(*(graph.find_modules_that_directly_import(rule) for rule in leading)) - rules):
        if not module.startswith((NO_PLACE, "kwsp_portal.frame.law")):
            yield module


def module_of(place: Place) -> str:
    """The module that holds the view, or the work that runs without a page."""
    view = {route.name: route.view for route in routes()}.get(place.where)
    return str(getattr(view, "cls", view).__module__) if view else place.where


@pytest.mark.parametrize("law", READERS)
def test_no_law_lacks_a_place_that_asks_it(graph: grimp.ImportGraph, law: str) -> None:
    listed = {place.where for place in places.PLACES[law]}

    for module in askers(graph, READERS[law]):
        assert module in ASKED_FOR, f"{module} asks {law}: say in ASKED_FOR where its figures are met"
        assert {place.where for place in ASKED_FOR[module]} <= listed, f"{law} is asked by {module}: its places are missing"


def test_who_is_said_to_ask_does(graph: grimp.ImportGraph) -> None:
    asking = {module for reader in READERS.values() for module in askers(graph, reader)}

    assert set(ASKED_FOR) == asking
    for module, met in ASKED_FOR.items():
        for place in met:
            found = module_of(place)
            assert found == module or graph.find_shortest_chain(importer=found, imported=module), (module, place.where)


@pytest.mark.parametrize("law", READERS)
def test_every_law_says_who_uses_it_and_the_code_agrees(graph: grimp.ImportGraph, law: str) -> None:
    """From the view or the module of work, imports lead to the module that reads the law."""
    assert set(places.PLACES) == set(READERS) == {path.stem for path in rates.files()}
    assert importlib.import_module(READERS[law]).LAW.name == law
    assert places.PLACES[law]
    for place in places.PLACES[law]:
        assert graph.find_shortest_chain(importer=module_of(place), imported=READERS[law]), (law, place.where)


def test_a_place_that_does_not_use_the_law_is_found_out(graph: grimp.ImportGraph) -> None:
    assert graph.find_shortest_chain(importer="kwsp_portal.frame.health", imported=READERS["liable_wages"]) is None
