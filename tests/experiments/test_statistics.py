"""Statistics on data whose truth is known: intervals cover it, tests err as often as they may, and no more.

Scores are drawn as a case's own level, an effect of the prompt that may differ by case, and noise between
repeats. Every figure below comes from a fixed seed.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
from scipy import stats

from workbench.errors import InputError
from workbench.experiments.statistics.exact import holm, mcnemar, sign_flip
from workbench.experiments.statistics.intervals import Method, interval, t_test
from workbench.experiments.statistics.pairs import About, Pairs
from workbench.experiments.statistics.passing import over_cases, pass_at_k, pass_hat_k
from workbench.experiments.statistics.power import more_work
from workbench.experiments.statistics.preferences import Duel, agreement, strengths
from workbench.experiments.statistics.variance import variance_split
from workbench.experiments.statistics.verdict import compared, together

Chance = np.random.Generator


def drawn(
    chance: Chance,
    *,
    cases: int = 12,
    repeats: int = 3,
    effect: float = 0.0,
    case_spread: float = 2.0,
    effect_spread: float = 0.3,
    noise: float = 0.5,
) -> tuple[dict[tuple[str, int], float], dict[tuple[str, int], float]]:
    """Two arms' scores by case and repeat."""
    level = chance.normal(0, case_spread, cases)
    shift = chance.normal(effect, effect_spread, cases)
    base, arm = {}, {}
    for case, repeat in product(range(cases), range(repeats)):
        key = (f"c{case:02}", repeat)
        base[key] = level[case] + chance.normal(0, noise)
        arm[key] = level[case] + shift[case] + chance.normal(0, noise)
    return base, arm


def share(times: int, happens: Callable[[Chance], bool], seed: int = 1) -> float:
    chance = np.random.default_rng(seed)
    return float(np.mean([happens(chance) for _ in range(times)]))


@pytest.mark.slow
@pytest.mark.parametrize("method", ["t", "bootstrap"])
def test_intervals_about_such_cases_cover_the_truth(method: Method) -> None:
    """Of 95 % intervals, about 95 % hold the true effect over all cases of the kind."""

    def covers(chance: Chance) -> bool:
        base, arm = drawn(chance, effect=0.4, cases=15)
        found = interval(Pairs.of(base, arm), method=method)
        assert found
        return found.low <= 0.4 <= found.high

    assert 0.92 <= share(600 if method == "t" else 250, covers) <= 0.98


@pytest.mark.slow
def test_intervals_about_these_cases_cover_the_truth() -> None:
    """About the very cases at hand, only repeats vary, and the interval covers these cases' own effect."""

    def covers(chance: Chance) -> bool:
        base, arm = drawn(chance, effect_spread=0.0, effect=0.3, cases=6, repeats=4)
        found = interval(Pairs.of(base, arm), about="these cases")
        assert found
        return found.low <= 0.3 <= found.high

    assert 0.93 <= share(600, covers) <= 0.97


@pytest.mark.slow
def test_treating_repeats_as_cases_claims_too_much() -> None:
    """With effects that differ by case, counting repeats as cases errs far above 5 %; ours does not."""

    def ours(chance: Chance) -> bool:
        return t_test(Pairs.of(*drawn(chance, effect_spread=0.6, repeats=10)), "cases like these") < 0.05

    def naive(chance: Chance) -> bool:
        differences = Pairs.of(*drawn(chance, effect_spread=0.6, repeats=10)).differences
        return bool(stats.ttest_1samp(differences, 0).pvalue < 0.05)

    assert share(400, ours) <= 0.08
    assert share(400, naive) >= 0.25


@pytest.mark.slow
def test_comparing_unpaired_averages_misses_what_pairs_show() -> None:
    """Cases differ more than prompts: pairs find nine times in ten what two averages hardly ever show."""

    def paired(chance: Chance) -> bool:
        return t_test(Pairs.of(*drawn(chance, effect=0.6)), "cases like these") < 0.05

    def unpaired(chance: Chance) -> bool:
        base, arm = drawn(chance, effect=0.6)
        return bool(stats.ttest_ind(list(arm.values()), list(base.values()), equal_var=False).pvalue < 0.05)

    assert share(300, paired) >= 0.9
    assert share(300, unpaired) <= 0.2


def passes(
    chance: Chance, cases: int, repeats: int, rise: float, spread: float = 0.0
) -> tuple[dict[tuple[str, int], float], dict[tuple[str, int], float]]:
    """Pass or fail, with cases from hopeless to sure, and a prompt that raises every chance a little."""
    base, arm = {}, {}
    for case in range(cases):
        level = chance.beta(1, 1)
        own = np.clip(level + rise + chance.normal(0, spread), 0, 1)
        for repeat in range(repeats):
            key = (f"c{case:02}", repeat)
            base[key] = float(chance.random() < level)
            arm[key] = float(chance.random() < own)
    return base, arm


@pytest.mark.slow
@pytest.mark.parametrize(
    ("repeats", "about"), [(1, "cases like these"), (4, "cases like these"), (4, "these cases")]
)
def test_pass_and_fail_errs_at_most_as_often_as_it_may(repeats: int, about: About) -> None:
    """Without a difference, McNemar's test and the flips of cases claim one in at most 5 % of experiments."""

    def claims(chance: Chance) -> bool:
        found = compared(
            "valid", ("b", "a", "m"), *passes(chance, 14, repeats, 0.0), passes=True, about=about
        )
        return found is not None and found.p <= 0.05

    assert share(300, claims) <= 0.08


@pytest.mark.slow
def test_pass_and_fail_finds_what_is_there() -> None:
    """A prompt that lifts every case by 35 points is found with 30 cases and 3 repeats nearly always."""

    def finds(chance: Chance) -> bool:
        base, arm = passes(chance, 30, 3, 0.35)
        found = compared("valid", ("b", "a", "m"), base, arm, passes=True)
        return found is not None and found.p <= 0.05

    assert share(60, finds) >= 0.9


@pytest.mark.slow
def test_holm_keeps_a_whole_matrix_honest() -> None:
    """Of matrices of ten comparisons without any difference, about 5 % hold a claim; unadjusted, a third."""

    def matrix(chance: Chance) -> list[float]:
        return [t_test(Pairs.of(*drawn(chance)), "cases like these") for _ in range(10)]

    chance = np.random.default_rng(2)
    found = [np.array(matrix(chance)) for _ in range(200)]
    assert np.mean([holm(p).min() <= 0.05 for p in found]) <= 0.09
    assert np.mean([p.min() <= 0.05 for p in found]) >= 0.25


def test_mcnemar_is_the_exact_binomial() -> None:
    """Known values: 10 against 2 is p = 0.0386, equal numbers and none at all are 1."""
    assert mcnemar(10, 2) == pytest.approx(0.03857, abs=1e-4)
    assert mcnemar(4, 4) == 1.0
    assert mcnemar(0, 0) == 1.0
    assert mcnemar(5, 0) == pytest.approx(2 * 0.5**5)


def test_flipping_every_sign_counts_every_way() -> None:
    """Six cases that all improve are one of 64 ways, and its mirror: p = 2/64."""
    assert sign_flip(np.full(6, 0.3)) == pytest.approx(2 / 64)
    assert sign_flip(np.zeros(5)) == 1.0
    many = sign_flip(np.full(20, 1.0))
    assert many == pytest.approx(1 / 20_001)


def test_holm_steps_down() -> None:
    """Known values: 0.01, 0.04, 0.03 become 0.03, 0.06, 0.06."""
    assert holm(np.array([0.01, 0.04, 0.03])) == pytest.approx([0.03, 0.06, 0.06])


def test_pass_at_k_is_what_drawing_k_gives() -> None:
    """Both estimators equal the average over all ways to choose k of n tries."""
    assert pass_at_k(5, 2, 1) == pytest.approx(0.4)
    assert pass_at_k(5, 2, 3) == pytest.approx(0.9)
    assert pass_hat_k(5, 4, 2) == pytest.approx(0.6)
    assert pass_at_k(4, 4, 4) == pass_hat_k(4, 4, 4) == 1.0
    with pytest.raises(InputError):
        pass_at_k(3, 1, 4)


@pytest.mark.slow
def test_pass_at_k_is_unbiased_and_the_plug_in_is_not() -> None:
    """At a chance of 0.3, pass@3 from five tries averages 0.657; 1 - (1 - c/n)^3 averages less."""
    chance = np.random.default_rng(3)
    passed = chance.binomial(5, 0.3, 4000)
    truth = 1 - 0.7**3
    ours = np.mean([pass_at_k(5, int(c), 3) for c in passed])
    assert ours == pytest.approx(truth, abs=0.015)
    assert np.mean(1 - (1 - passed / 5) ** 3) < truth - 0.03
    hat = np.mean([pass_hat_k(5, int(c), 3) for c in passed])
    assert hat == pytest.approx(0.3**3, abs=0.01)


def test_passing_is_averaged_over_cases() -> None:
    """A case with more tries weighs no more than another."""
    found = over_cases({"a": [1, 1, 1, 1, 1, 1], "b": [0, 0]}, 2)
    assert found
    assert (found.mean, found.cases) == (0.5, 2)
    assert over_cases({"a": [1.0]}, 2) is None


def test_nothing_varying_is_not_certainty() -> None:
    """Five cases that all pass with both arms leave room for a difference; the interval says how much."""
    same = {(f"c{n}", 1): 1.0 for n in range(5)}
    found = interval(Pairs.of(same, same), passes=True)
    assert found
    assert found.method == "exact bound"
    assert found.low == pytest.approx(-(1 - 0.025 ** (1 / 5)))
    gained = interval(Pairs.of(dict.fromkeys(same, 0.0), same), passes=True)
    assert gained
    assert gained.low < 0.0 < gained.high == 1.0


@pytest.mark.slow
def test_as_many_repeats_as_it_says_decide() -> None:
    """With the repeats that were asked for, a difference of that size is found about four times in five."""
    shape = {"cases": 30, "effect": 0.15, "effect_spread": 0.05, "noise": 0.5}

    def asked_for(chance: Chance) -> int:
        pilot = Pairs.of(*drawn(chance, repeats=4, **shape))
        more = more_work(Pairs(pilot.differences - pilot.mean + 0.15, pilot.cases))
        return 4 + (more.repeats or 0)

    chance = np.random.default_rng(5)
    needed = int(np.median([asked_for(chance) for _ in range(41)]))
    assert needed > 4
    found = share(
        150, lambda c: t_test(Pairs.of(*drawn(c, repeats=needed, **shape)), "cases like these") < 0.05
    )
    assert 0.65 <= found <= 0.95


def test_where_cases_disagree_repeats_do_not_help() -> None:
    """When half the cases improve and half get worse, it says that cases are needed, and how many."""
    chance = np.random.default_rng(6)
    pairs = Pairs.of(*drawn(chance, effect=0.3, effect_spread=1.0, noise=0.05, cases=8))
    more = more_work(pairs)
    assert more.repeats is None
    assert more.cases
    assert "More repeats alone would not decide" in more.told


def test_variance_is_split_into_its_sources() -> None:
    """Drawn with known variances, each source gets its own back, within what chance allows."""
    chance = np.random.default_rng(7)
    models, cases, repeats = 40, 40, 5
    model = chance.normal(0, 1.0, models)
    case = chance.normal(0, 2.0, cases)
    both = chance.normal(0, 0.5, (models, cases))
    cells = [
        (f"m{m:02}", f"c{c:02}", model[m] + case[c] + both[m, c] + chance.normal(0, 1.5))
        for m, c, _ in product(range(models), range(cases), range(repeats))
    ]
    split = variance_split(cells)
    assert split
    assert split.model == pytest.approx(1.0, rel=0.5)
    assert split.case == pytest.approx(4.0, rel=0.5)
    assert split.interplay == pytest.approx(0.25, rel=0.3)
    assert split.repeat == pytest.approx(2.25, rel=0.1)
    assert sum(split.shares.values()) == pytest.approx(1.0)


def test_cells_without_a_partner_are_left_out_and_counted() -> None:
    """Only what both arms answered is compared, and the others are told."""
    base = {("a", 1): 1.0, ("a", 2): 0.0, ("b", 1): None}
    pairs = Pairs.of(base, {("a", 1): 1.0, ("b", 1): 1.0, ("c", 1): 1.0})
    assert (len(pairs), pairs.left_out) == (1, 3)


def test_a_verdict_claims_only_what_is_shown() -> None:
    """A clear gain is better, or worse where less is better; a small one is no difference shown."""
    chance = np.random.default_rng(8)
    base, arm = drawn(chance, effect=2.0, effect_spread=0.1)
    small = drawn(chance, effect=0.02)
    up = compared("expectations", ("b", "a", "m"), base, arm, passes=False)
    cost = compared("cost_usd", ("b", "a", "m"), base, arm, passes=False, sign=-1)
    none = compared("repairs", ("b", "a", "m"), *small, passes=False)
    assert up
    assert cost
    assert none
    found = together([up, cost, none])
    assert [each.verdict for each in found] == ["better", "worse", "no difference shown"]
    assert found[2].more
    assert found[0].family == 3


@pytest.mark.parametrize(
    ("base", "arm", "verdict", "told"),
    [
        (
            [0, 0, 0],
            [0, 0, 0],
            "nothing compared",
            "All 3 pairs failed with both, so nothing could be compared.",
        ),
        ([1, 1, 1], [1, 1, 1], "no difference shown", "only harder cases could tell them apart"),
        ([1, 0, 1], [1, 0, 1], "no difference shown", "only other cases could tell them apart"),
        ([1, 0, 1, 0], [0, 1, 1, 0], "no difference shown", "gained in some cases is lost in others"),
        (
            [0, 0, 0],
            [1, 1, 1],
            "no difference shown",
            "3 cases cannot show a difference, even one in all of them",
        ),
        ([0], [1], "no difference shown", "1 case cannot show a difference"),
    ],
)
def test_equals_and_few_are_told_as_what_they_are(
    base: list[float], arm: list[float], verdict: str, told: str
) -> None:
    """All failed is not "no difference", all passed is too easy, and few cases are said to be few."""
    one, other = ({(f"case {n}", 1): float(x) for n, x in enumerate(each)} for each in (base, arm))
    found = compared("accepted", ("b", "a", "m"), one, other, passes=True)
    assert found
    (judged,) = together([found])
    assert judged.more
    assert (judged.verdict, told in judged.more.told) == (verdict, True), judged.more.told


def test_as_many_cases_as_few_need_are_enough() -> None:
    """Where it says how many cases it takes, so many that all differ are shown, and one fewer is not."""
    few = Pairs(np.ones(3), ("a", "b", "c"), base=np.zeros(3))
    more = more_work(few, alpha=0.05 / 4, passes=True)
    assert more.cases
    assert "it takes 8 that differ" in more.told
    for count, shown in ((3 + more.cases, True), (2 + more.cases, False)):
        assert (sign_flip(np.ones(count)) <= 0.05 / 4) is shown


def test_one_case_says_nothing_about_others() -> None:
    """However often it is repeated, when it is about cases like these."""
    pairs = Pairs(np.array([0.1, 0.2, 0.4]), ("a", "a", "a"))
    assert more_work(pairs).told.startswith("One case says nothing")


@pytest.mark.slow
def test_strengths_find_who_is_preferred() -> None:
    """Drawn from known strengths, the 95 % intervals hold the truth about as often as they say."""
    truth = {"a": 0.8, "b": 0.0, "c": -0.8}
    chance = np.random.default_rng(9)
    held = []
    for _ in range(25):
        duels = []
        for case in range(20):
            for first, second in (("a", "b"), ("a", "c"), ("b", "c")):
                wins = 1 / (1 + np.exp(truth[second] - truth[first]))
                duels.append(Duel(first, second, float(chance.random() < wins), f"case {case}"))
        found = strengths(duels, seed=1)
        held += [each.low <= 1 / (1 + np.exp(-truth[each.arm])) <= each.high for each in found]
    assert np.mean(held) >= 0.88


def test_an_arm_that_always_wins_is_not_infinitely_strong() -> None:
    """Five wins of five are strong, and leave room."""
    first, second = strengths([Duel("a", "b", 1.0, "x")] * 5)
    assert (first.arm, second.arm) == ("a", "b")
    assert 0.6 < first.preferred < 0.99
    assert first.low < first.preferred < first.high
    assert strengths([]) == ()


def test_ties_are_half_a_win_for_each() -> None:
    """Ties alone leave both equally strong."""
    first, second = strengths([Duel("a", "b", 0.5, "x")] * 4)
    assert first.preferred == pytest.approx(second.preferred) == pytest.approx(0.5)


def test_agreement_is_krippendorffs() -> None:
    """A published example (Krippendorff 2011, two observers, binary data) gives 0.095."""
    first = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    second = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    ratings = {n: {"a": str(x), "b": str(y)} for n, (x, y) in enumerate(zip(first, second, strict=True))}
    assert agreement(ratings) == pytest.approx(0.095, abs=0.001)
    assert agreement({1: {"a": "left", "b": "left"}, 2: {"a": "right", "b": "right"}}) == 1.0
    assert agreement({1: {"a": "left"}}) is None
