import dataclasses

import numpy as np
import pytest
import torch
from sklearn.metrics import cohen_kappa_score

from fetal_edu.data import bundled
from fetal_edu.sample import Sample
from fetal_edu.systems import find_system
from fetal_edu.systems.abdomen import wu
from fetal_edu.systems.abdomen.readers import agreement, agreement_between, readers
from fetal_edu.systems.abdomen.wu_nets import (
    SEEN,
    Finder,
    Judge,
    box_loss,
    boxes_of,
    cut_out,
    overlap,
    pictures_of,
    seen,
)
from fetal_edu.systems.abdomen.wu_phase import monogenic, symmetry_and_asymmetry
from fetal_edu.systems.kit import macs

TINY = {"patients": 4, "tested": 3, "steps": 8, "batch": 4, "rate": 5e-3, "judge_rate": 1e-2}


@pytest.fixture(scope="module")
def net():
    return wu.trained(91, TINY)


# --- maps ---------------------------------------------------------------------------------------------------


def test_a_wave_of_the_filters_length_passes_whole_and_its_odd_part_is_a_quarter_wave_off():
    columns = np.arange(65)
    wave = np.tile(np.cos(2 * np.pi * columns / 8), (65, 1))
    found = monogenic(wave, 8)
    middle = slice(20, 45)
    np.testing.assert_allclose(found.even[middle, middle], wave[middle, middle], atol=0.05)
    quarter = np.abs(np.sin(2 * np.pi * columns / 8))
    np.testing.assert_allclose(found.across[32].abs()[middle], quarter[middle], atol=0.05)
    assert found.down[middle, middle].abs().max() < 0.01
    np.testing.assert_allclose(found.energy[middle, middle], 1, atol=0.06)


def test_other_wavelengths_and_the_mean_are_held_back():
    wave = np.tile(np.cos(2 * np.pi * np.arange(65) / 32), (65, 1))
    assert monogenic(wave, 4).energy[20:45, 20:45].max() < 0.05
    assert monogenic(np.full((20, 30), 0.7), 6).energy.max() < 1e-9


def test_monogenic_is_the_filter_written_out_wave_by_wave():
    rng = np.random.default_rng(1)
    image, wavelength = rng.random((6, 7)), 3.0
    wider = np.pad(image, 3, mode="reflect")
    n, m = wider.shape
    rows, columns = np.mgrid[:n, :m]
    even, down, across = np.zeros((n, m)), np.zeros((n, m)), np.zeros((n, m))
    for k in range(n):
        for j in range(m):
            v, u = (k if k <= n // 2 else k - n) / n, (j if j <= m // 2 else j - m) / m
            far = np.hypot(u, v)
            v, u = v * (abs(v) < 0.5), u * (abs(u) < 0.5)  # two pixels: no odd part
            if far == 0:
                continue
            strength = np.exp(-(np.log(far * wavelength) ** 2) / (2 * np.log(0.55) ** 2)) / (n * m)
            turn = 2 * np.pi * (k * rows / n + j * columns / m)
            whole = (wider * np.exp(-1j * turn)).sum() * np.exp(1j * turn) * strength
            even, down, across = (
                even + whole.real,
                down + (1j * v / far * whole).real,
                across + (1j * u / far * whole).real,
            )
    found = monogenic(image, wavelength)
    for given, expected in zip(found, (even, down, across), strict=True):
        np.testing.assert_allclose(given, expected[3:-3, 3:-3], atol=1e-9)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_ridge_is_symmetric_and_a_step_is_antisymmetric(sign):
    ridge, step = np.zeros((49, 49)), np.zeros((49, 49))
    ridge[:, 24], step[:, 24], step[:, 25:] = sign, 0.5 * sign, sign
    symmetry, asymmetry = symmetry_and_asymmetry(ridge)
    assert symmetry[24, 24] > 0.8
    assert asymmetry[24, 24] == 0
    symmetry, asymmetry = symmetry_and_asymmetry(step)
    assert asymmetry[24, 24] > 0.7
    assert symmetry[24, 24] == 0


def test_maps_know_no_gain_and_no_contrast():
    image = np.random.default_rng(2).random((30, 40))
    for one, other in zip(
        symmetry_and_asymmetry(image), symmetry_and_asymmetry(0.2 * image + 0.3), strict=True
    ):
        np.testing.assert_allclose(one, other, atol=1e-9)


@pytest.mark.parametrize(
    "turn", [np.fliplr, np.flipud, np.rot90, np.transpose], ids=["across", "down", "turned", "transposed"]
)
def test_maps_turn_with_the_picture(turn):
    image = np.random.default_rng(3).random((24, 31))
    for one, other in zip(symmetry_and_asymmetry(turn(image)), symmetry_and_asymmetry(image), strict=True):
        np.testing.assert_allclose(one, turn(other.numpy()), atol=1e-9)


def test_the_pictures_end_is_no_edge():
    half = np.zeros((48, 48))
    half[:, 24:] = 1  # left and right end differ: a filter that wraps around would see a step there
    _symmetry, asymmetry = symmetry_and_asymmetry(half, (6.0,))
    assert asymmetry[:, [0, 1, -2, -1]].max() == 0


def test_maps_lie_between_0_and_1_also_where_nothing_is():
    for image in (np.zeros((20, 30)), np.ones((20, 30)), np.random.default_rng(4).random((20, 30))):
        for part in symmetry_and_asymmetry(image):
            assert part.min() >= 0
            assert part.max() <= 1


def test_a_wave_shorter_than_two_pixels_is_refused():
    with pytest.raises(ValueError, match="at least two pixels"):
        monogenic(np.zeros((8, 8)), 1.5)


# --- boxes --------------------------------------------------------------------------------------------------


def test_boxes_and_their_overlap_agree_with_counted_pixels():
    rng = np.random.default_rng(5)
    masks = torch.zeros(2, 1, 40, 60)
    for mask in masks:
        (top, bottom), (left, right) = np.sort(rng.choice(40, 2, False)), np.sort(rng.choice(60, 2, False))
        mask[:, top : bottom + 1, left : right + 1] = 1
    one, other = masks[:, 0].bool()
    counted = float((one & other).sum() / (one | other).sum())
    boxes = boxes_of(masks)
    assert float(overlap(boxes[:1], boxes[1:])) == pytest.approx(counted, abs=1e-6)
    assert overlap(boxes, boxes).tolist() == pytest.approx([1, 1])


def test_boxes_that_do_not_meet_overlap_by_nothing():
    assert overlap(torch.tensor([[0.2, 0.2, 0.1, 0.1]]), torch.tensor([[0.8, 0.2, 0.1, 0.1]])).item() == 0


def test_what_is_cut_out_is_the_box_and_a_margin_of_a_tenth():
    mask = torch.zeros(1, 1, 96, 144)
    mask[..., 20:60, 50:90] = 1  # 40 × 40 pixels
    cut = cut_out(mask, boxes_of(mask), 44)  # so 44 pixels of the picture come as 44 pixels
    assert torch.equal(cut[0, 0, 2:-2, 2:-2], torch.ones(40, 40))
    assert cut.sum() == 1600


def test_what_is_cut_out_can_be_turned():
    image = torch.zeros(1, 1, 96, 144)
    image[..., 28:68, 52:72] = 1  # the left half of a square around the middle
    box = torch.tensor([[0.5, 0.5, 40 / 96, 40 / 144]])
    quarter = cut_out(image, box, 44, turns=torch.tensor([torch.pi / 2]))[0, 0]
    upper, lower = quarter[:22].mean(), quarter[22:].mean()
    assert abs(upper - lower) > 0.8
    assert abs(quarter[:, :22].mean() - quarter[:, 22:].mean()) < 0.01


def test_the_finders_loss_is_nothing_at_the_true_box_and_more_the_farther_off():
    mask = torch.zeros(1, 1, 48, 72)
    mask[..., 10:30, 20:50] = 1
    true = boxes_of(mask)
    off = [float(box_loss(true + torch.tensor([[step, 0, 0, 0]]), mask)) for step in (0, 0.05, 0.1)]
    assert off[0] == 0
    assert off[0] < off[1] < off[2]


# --- networks -----------------------------------------------------------------------------------------------


def test_finder_and_judge_learn_with_all_their_weights():
    torch.manual_seed(0)
    finder, judge, images = Finder(), Judge(), torch.rand(3, 1, 48, 72)
    (finder(seen(images, SEEN)).sum() + judge(images).sum()).backward()
    for name, weight in [*finder.named_parameters(), *judge.named_parameters()]:
        assert weight.grad is not None, name
        assert weight.grad.isfinite().all(), name
        assert weight.grad.abs().max() > 0, name


def test_a_finder_sees_what_it_is_told_to():
    images = torch.rand(2, 1, 48, 72)
    symmetry, asymmetry = symmetry_and_asymmetry(images)
    assert torch.equal(seen(images, ("image",)), images)
    assert torch.equal(seen(images, ("asymmetry", "symmetry")), torch.cat([asymmetry, symmetry], dim=1))
    with pytest.raises(KeyError):
        seen(images, ("colour",))


def test_the_system_can_be_shipped(net):
    assert sum(value.numel() for value in net.state_dict().values()) < 140_000


def test_the_judge_of_whole_pictures_has_as_many_weights_and_operations():
    both, whole = wu.FUIQA(), Judge(wu.TRIAL.arms["no box, as large"].keywords["channels"])
    costs = [
        sum(p.numel() for p in one.parameters())
        for one in (torch.nn.ModuleList([both.finder, both.judge]), whole)
    ]
    assert costs[1] == pytest.approx(costs[0], rel=0.05)
    compute = macs(both.finder, (3, 48, 72)) + macs(both.judge, (1, 48, 48))
    assert macs(whole, (1, 48, 72)) == pytest.approx(compute, rel=0.05)


def test_another_gain_shows_the_same_patients():
    (_images, masks, shows), (bright, same_masks, same_shows) = (
        pictures_of(wu.TEST_SEED, 3, bright) for bright in (False, True)
    )
    assert torch.equal(masks, same_masks)
    assert torch.equal(shows, same_shows)
    assert shows[:3].all()
    assert not shows[3:].all(dim=1).any()
    assert bright.mean() > _images.mean() + 0.1


# --- readers ------------------------------------------------------------------------------------------------


def test_readers_err_as_often_as_told_and_each_by_himself():
    truth = np.random.default_rng(6).random(20_000) < 0.3
    said = readers(truth, 3, 0.05, seed=4)
    np.testing.assert_allclose((said != truth).mean(axis=1), 0.05, atol=0.006)
    np.testing.assert_allclose((said[0] == said[1]).mean(), 0.905, atol=0.008)
    assert np.array_equal(readers(truth, 3, 0.0, seed=4), [truth] * 3)
    assert np.array_equal(said, readers(truth, 3, 0.05, seed=4))
    assert not np.array_equal(said, readers(truth, 3, 0.05, seed=5))
    with pytest.raises(ValueError, match="between 0 and 1"):
        readers(truth, 3, 1.5, seed=4)


def test_agreement_is_the_mean_kappa_with_each():
    said = readers(np.arange(50) % 2 == 0, 3, 0.2, seed=7)
    expected = [cohen_kappa_score(said[0], other) for other in said[1:]]
    assert agreement(said[0], said[1:]) == pytest.approx(np.mean(expected))
    pairs = [cohen_kappa_score(said[a], said[b]) for a, b in ((0, 1), (0, 2), (1, 2))]
    assert agreement_between(said) == pytest.approx(np.mean(pairs))
    assert agreement([True] * 4, np.array([[True] * 4])) == 1


# --- what it says -------------------------------------------------------------------------------------------


def test_it_goes_through_the_checklist_of_a_bundled_sample(net):
    sample = bundled.load("abdomen-22w-premium")
    reading = find_system("wu").analyse(net, sample)
    assert set(reading.values) == {"stomach", "umbilical_vein"}
    assert all(0 <= value.value <= 100 and value.unit == "%" for value in reading.values.values())
    assert reading.mask.shape == sample.shape
    assert reading.mask.any()
    assert reading.plane in ("abdomen", "other")
    assert "standard plane" in reading.notes[0]


def test_the_outline_lies_where_the_box_does(net):
    sample = bundled.load("abdomen-22w-premium")
    image, frame = wu.on_canvas(sample, wu.nets.FINE)
    with torch.inference_mode():
        (row, column, height, width), _ticks = (part[0] for part in net(image))
    rows, columns = np.nonzero(wu.analyse(net, sample).mask)
    corners = [[row - height / 2, column - width / 2], [row + height / 2, column + width / 2]]
    low, high = frame.points_to_image(np.array(corners, float) * wu.nets.FINE - 0.5)
    inside = [np.clip(low + 0.5, 0, None), np.minimum(high + 0.5, sample.shape)]
    np.testing.assert_allclose([rows.min(), columns.min()], inside[0], atol=3)
    np.testing.assert_allclose([rows.max() + 1, columns.max() + 1], inside[1], atol=3)


def test_noise_is_doubtful(net):
    noise = np.random.default_rng(8).random((200, 300)).astype(np.float32)
    reading = wu.analyse(net, Sample(noise))
    assert reading.quality == "doubtful"
    assert any("unlike" in note for note in reading.notes)


def test_without_a_spacing_the_outline_is_in_pixels(net):
    sample = dataclasses.replace(bundled.load("abdomen-22w-premium"), spacing=None)
    reading = wu.analyse(net, sample)
    assert reading.ellipse.semi_major < max(sample.shape)
    assert reading.mask.any()


def test_a_sweep_is_refused(net):
    with pytest.raises(ValueError, match="one picture"):
        wu.analyse(net, Sample(np.zeros((3, 40, 60), np.float32)))


@pytest.mark.parametrize(
    ("chance", "plane", "quality"), [(0.9, "abdomen", "good"), (0.6, "abdomen", "doubtful")]
)
def test_both_ticks_make_a_standard_plane_and_an_unsure_one_is_told(monkeypatch, net, chance, plane, quality):
    logit = float(np.log(chance / (1 - chance)))
    monkeypatch.setattr(net.known, "doubt", lambda image: "")
    monkeypatch.setattr(net.judge, "forward", lambda image: torch.full((1, 2), logit))
    reading = wu.analyse(net, bundled.load("abdomen-22w-premium"))
    assert (reading.plane, reading.quality) == (plane, quality)
    monkeypatch.setattr(net.judge, "forward", lambda image: torch.tensor([[4.0, -4.0]]))
    reading = wu.analyse(net, bundled.load("abdomen-22w-premium"))
    assert reading.plane == "other"
    assert reading.notes[0] == "Not a standard plane: no umbilical vein seen."


# --- the trial ----------------------------------------------------------------------------------------------


def test_the_arms_give_what_table_and_claims_need():
    wu.share(91, TINY)
    given = {name: wu.TRIAL.arms[name](91, TINY) for name in ("image", "no box, as large", "three readers")}
    for claim in wu.TRIAL.claims:
        for name in {claim.arm, claim.baseline} & set(given):
            assert claim.figure in given[name]
    for figures in given.values():
        assert len(figures["right"]) == 6


def test_finders_of_a_seed_share_the_judge():
    one, other = (wu.trained(91, TINY, sees=sees).judge for sees in (("image",), SEEN))
    for a, b in zip(one.state_dict().values(), other.state_dict().values(), strict=True):
        assert torch.equal(a, b)
