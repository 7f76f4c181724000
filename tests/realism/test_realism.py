"""The yardsticks of realism: each says what it should on pictures whose answer is known."""

import json
from pathlib import Path

import ablation
import heads_at_hand
import look
import numpy as np
import pytest
import realism_table
import telling
from heads_at_hand import COLUMNS, Look
from scipy import ndimage

from fetal_edu.measure import Ellipse
from fetal_edu.phantom import draw_head

HERE = Path(__file__).parent


def speckled(*, sigma=(1.0, 3.0), level=60, seed=0, a=45.0, skull=180):
    """A head of known statistics: Rayleigh speckle of a known size, an even skull 3 mm thick."""
    rng = np.random.default_rng(seed)
    noise = ndimage.gaussian_filter(rng.standard_normal((2, 256, COLUMNS)), (0, *sigma))
    speckle = np.hypot(*noise) / np.sqrt((noise**2).mean() * np.pi / 2)
    empty = Look(level / 255 * speckle, Ellipse(35, 52, a, 0.78 * a, 0.0), 0.275, f"{seed:03}")
    depth = look.depth_map(empty)
    image = np.where((depth > -3) & (depth < 0), skull / 255, empty.image)
    return empty._replace(image=np.clip(image, 0, 1))


# --- the numbers -------------------------------------------------------------------------------------------


def test_grey_levels_and_speckle_are_those_that_were_put_in():
    found = look.measures(speckled(sigma=(1.0, 3.0), level=60))
    assert found["inside/mean"] == pytest.approx(60, rel=0.05)
    # Complex speckle blurred by a Gaussian: its power correlates over 2.355 sigma.
    assert found["inside/axial_px"] == pytest.approx(2.355, rel=0.15)
    assert found["inside/lateral_px"] == pytest.approx(3 * found["inside/axial_px"], rel=0.25)
    assert found["inside/axial_mm"] == pytest.approx(0.275 * found["inside/axial_px"])


def test_local_signal_to_noise_is_rayleighs_for_fine_speckle_and_rises_with_smoothing():
    fine = speckled(sigma=(0.6, 0.6))
    smooth = fine._replace(image=ndimage.gaussian_filter(fine.image, 1.5))
    assert look.measures(fine)["outside/snr"] == pytest.approx(1.91, rel=0.15)
    assert look.measures(smooth)["outside/snr"] > 2 * look.measures(fine)["outside/snr"]


def test_the_skull_is_measured_where_it_lies():
    found = look.measures(speckled(level=20))
    assert found["skull/thickness"] == pytest.approx(3, abs=0.6)
    assert found["skull/seen"] == 1
    assert found["skull/near"] == pytest.approx(180, rel=0.05)
    faint = look.measures(speckled(level=20, skull=30))
    assert faint["skull/seen"] < 0.2


def test_what_is_covered_is_not_measured():
    whole, covered = speckled(), speckled()
    covered.image[210:, 260:] = 0
    first, second = look.measures(whole), look.measures(covered)
    assert first["outside/p10"] == pytest.approx(second["outside/p10"], rel=0.1)


def test_real_and_simulated_pictures_come_to_one_size():
    large, small = draw_head(3, shape=(512, 768)), draw_head(3, shape=(256, 384))
    seen = heads_at_hand.looked_at(large)
    assert seen.image.shape == small.shape
    assert seen.spacing == pytest.approx(small.spacing[0])
    outline = seen.ellipse.mask(seen.image.shape, (seen.spacing,) * 2)
    assert np.mean(outline != small.truth["ellipse"].mask(small.shape, small.spacing)) < 0.003


def test_kept_heads_come_back(tmp_path):
    looks = [speckled(seed=i) for i in range(2)]
    heads_at_hand.save(looks, tmp_path / "kept.npz")
    for before, after in zip(looks, heads_at_hand.load(tmp_path / "kept.npz"), strict=True):
        assert np.abs(before.image - after.image).max() <= 0.5 / 255 + 1e-6
        assert (before.ellipse, before.spacing, before.group) == (after.ellipse, after.spacing, after.group)


# --- the classifiers ---------------------------------------------------------------------------------------


def crowd(count, *, first=0, **how):
    rng = np.random.default_rng(first)
    return [speckled(seed=first + i, a=float(rng.uniform(38, 48)), **how) for i in range(count)]


@pytest.mark.slow
def test_heads_of_one_kind_can_not_be_told_apart_and_those_of_two_kinds_can():
    ones, others, coarse = crowd(24), crowd(24, first=100), crowd(24, first=200, sigma=(1.6, 3.0))
    groups = [x.group for x in ones]
    table = {name: telling.table(x)[0] for name, x in (("1", ones), ("2", others), ("3", coarse))}
    alike = telling.interval(telling.by_statistics(table["1"], table["2"], groups), groups)
    apart = telling.interval(telling.by_statistics(table["1"], table["3"], groups), groups)
    assert 0.3 < alike[0] < 0.7
    assert apart[0] > 0.95


@pytest.mark.slow
def test_a_network_tells_what_it_can_and_no_more():
    groups = [f"{i:02}" for i in range(30)]
    rng = np.random.default_rng(0)
    fine = rng.uniform(0, 1, (60, 48, 48)).astype(np.float32)
    coarse = ndimage.gaussian_filter(fine[:30], (0, 2, 2)) * 3
    assert telling.by_network(fine[:30], coarse, groups, steps=80).mean() > 0.9
    assert telling.by_network(fine[:30], fine[30:], groups, steps=80).mean() < 0.75


def test_pairs_have_nearly_one_size_and_one_group():
    real, pool = crowd(10), crowd(30, first=50)
    pairs = heads_at_hand.paired(real, pool)
    assert [x.group for x in pairs] == [x.group for x in real]
    off = [p.ellipse.circumference / r.ellipse.circumference - 1 for p, r in zip(pairs, real, strict=True)]
    assert np.abs(off).max() < 0.05


def test_the_interval_counts_examinations_not_pictures():
    groups = [f"{i // 4}" for i in range(80)]
    right = np.tile(np.repeat([True, False, True, True, False], 16), 2)
    wide, narrow = telling.interval(right, groups), telling.interval(right, [str(i) for i in range(80)])
    assert wide[0] == narrow[0] == 0.6
    assert wide[2] - wide[1] > 1.5 * (narrow[2] - narrow[1])


def test_the_crop_shows_nothing_far_from_the_head():
    bright = speckled()._replace(image=np.ones((256, COLUMNS)))
    cut = telling.crop(bright)
    assert cut[48, 48] == 1
    assert cut[0].max() == cut[:, 0].max() == 0


# --- the ablation ------------------------------------------------------------------------------------------


def test_each_arm_changes_the_picture_and_not_the_head():
    full = next(ablation.heads("full", 1))
    for arm in ablation.ARMS:
        one = next(ablation.heads(arm, 1))
        if arm in ("full", "no early"):  # the first head is no early one
            np.testing.assert_array_equal(one.image, full.image)
            continue
        assert np.abs(one.image - full.image).mean() > 0.005, arm
        assert one.truth["hc_mm"] == full.truth["hc_mm"], arm
    np.testing.assert_array_equal(next(ablation.heads("full", 1)).image, full.image)


def test_without_early_heads_there_are_none():
    ages = [head.truth["ga_weeks"] for head in ablation.heads("no early", 8)]
    assert min(ages) >= 15
    assert min(head.truth["ga_weeks"] for head in ablation.heads("full", 8)) < 15


def test_an_arm_that_is_worse_is_shown_worse():
    rng = np.random.default_rng(0)
    hc, groups = rng.uniform(60, 300, 60), np.arange(60) // 2
    runs = [
        {
            "arm": arm,
            "seed": seed,
            "dice": (0.95 - loss + rng.normal(0, 0.01, 60)).tolist(),
            "error_mm": errors,
        }
        for arm, loss, errors in (("full", 0, [2.0] * 60), ("less", 0.03, [-5.0] * 59 + [None]))
        for seed in (0, 1, 2)
    ]
    full, less = ablation.table(runs, hc, groups)
    assert list(full["dice_minus_full"]) == [0, 0, 0]
    assert less["dice_minus_full"][2] < 0 < less["hc_later_minus_full"][1]
    assert less["not_found"] == pytest.approx(1 / 60)
    ablation.print_table([full, less])


def test_the_kept_ablation_is_of_these_arms():
    kept = json.loads((HERE / "ablation.json").read_text("utf-8"))
    arms = {row["arm"]: row for row in kept["rows"]}
    assert set(ablation.ARMS) <= set(arms)
    assert all(row["seeds"] == len(ablation.SEEDS) for row in arms.values())
    assert arms["naive"]["dice_minus_full"][2] < 0


# --- on real images ----------------------------------------------------------------------------------------


@pytest.mark.real_data
def test_only_images_that_may_shape_the_simulator_are_shown_while_working_on_it(real_data, monkeypatch):
    monkeypatch.setenv("FETAL_EDU_DATA", str(real_data))
    seen, judges = heads_at_hand.real(seen=True, most=0), heads_at_hand.real(seen=False, most=20)
    assert not {x.group for x in seen} & {x.group for x in judges}
    assert len(judges) <= 20 < len(seen)


def test_the_kept_yardsticks_are_of_judges():
    kept = json.loads((HERE / "yardsticks.json").read_text("utf-8"))
    assert not kept["seen"]
    now, naive = kept["told_apart"]["this version"], kept["told_apart"]["naive ellipse"]
    assert now["statistics, all"][2] < naive["statistics, all"][1]
    assert set(kept["look"]["real"]) == set(realism_table.SHOWN)
