"""Loaders, augmentation, training and export."""

import json

import numpy as np
import onnxruntime
import pytest
import torch

from fetal_edu import Sample
from fetal_edu.compat import prepare_torchvision
from fetal_edu.learning import (
    BF16,
    Augmentation,
    augment_batch,
    bce_dice_loss,
    canvases,
    cpu_has_bf16,
    evaluate_heads,
    grouped_split,
    head_learner,
    head_loaders,
    load_weights,
    save_network,
    summarise,
    train_head,
)
from fetal_edu.learning.evaluate import HeadScore
from fetal_edu.learning.loaders import pictures_without_head
from fetal_edu.learning.train import Recipe
from fetal_edu.measure import Ellipse
from fetal_edu.nets import UNet
from fetal_edu.runtime import ModelNotFoundError

CARD = {
    "title": "t", "purpose": "p", "data": "d", "split": "s", "command": "c", "seed": 0, "parameters": 1,
    "recipe": "r", "cpu_minutes": 1, "versions": "v", "licence": "l", "tested_on": "o", "limits": ["x"],
    "hc_relative_error_95": 0.05, "seeds": {"0": {"all": {"n": 1, "dice": 0.9}}},
}  # fmt: skip


def disc(row, column, *, group="a", shape=(64, 96), spacing=(1.0, 1.0)):
    """A bright disc on dark ground: the simplest head."""
    ellipse = Ellipse(row, column, 20, 16, 0.3)
    mask = ellipse.mask(shape, spacing)
    image = np.where(mask, 0.8, 0.1).astype(np.float32)
    truth = {"hc_mm": ellipse.circumference, "ellipse": ellipse}
    return Sample(image, mask.astype(np.uint8), {"head": (1,)}, spacing=spacing, truth=truth, group=group)


def test_fastai_vision_imports_beside_this_torch():
    import fastai.vision.all as vision

    assert prepare_torchvision() in ("native", "declared")
    assert vision.unet_learner


# --- loaders -----------------------------------------------------------------------------------------------


def test_split_keeps_groups_together_and_its_sides_for_ever():
    groups = [f"{i // 4:03d}" for i in range(800)]
    train, held_out = grouped_split(groups, share=0.2, salt="x")
    assert sorted(train + held_out) == list(range(800))
    assert not {groups[i] for i in train} & {groups[i] for i in held_out}
    assert 0.12 < len(held_out) / 800 < 0.28
    fewer = grouped_split(groups[:100], share=0.2, salt="x")[1]
    assert fewer == [i for i in held_out if i < 100]


def test_split_refuses_an_impossible_share():
    with pytest.raises(ValueError, match="share"):
        grouped_split(["a"], share=1.0)


def test_canvas_masks_keep_the_covered_area():
    images, masks = canvases([disc(32, 48)], canvas=(32, 48))
    assert images.shape == masks.shape == (1, 1, 32, 48)
    assert masks.float().sum() / 255 * 4 == pytest.approx(np.pi * 20 * 16, rel=0.01)


def test_no_samples_get_a_sentence():
    with pytest.raises(ValueError, match="no samples"):
        canvases([])


def test_pictures_without_head_show_none():
    images, masks = canvases([disc(20, 30), disc(40, 60)], canvas=(32, 48))
    pictures, empty = pictures_without_head(images, masks, 6, generator=torch.Generator().manual_seed(0))
    assert pictures.shape == (6, 1, 32, 48)
    assert not empty.any()
    for beside in pictures[::2]:
        assert beside.float().mean() < 60, "the bright disc must not be in it"


# --- augmentation ------------------------------------------------------------------------------------------

STILL = Augmentation(
    rotation=0, zoom=(1, 1), shift=0, gamma=0, gain=0, unevenness=0, noise=0, blur=0, hide=0
)  # fmt: skip


def test_the_mask_moves_with_its_picture():
    torch.manual_seed(1)
    images, masks = (x.float() / 255 for x in canvases([disc(32, 48)] * 8, canvas=(64, 96)))
    how = Augmentation(gamma=0, gain=0, unevenness=0, noise=0, blur=0, hide=0)
    changed, moved = augment_batch(images, masks, how)
    seen = (changed > 0.45).float()
    overlap = 2 * (seen * moved).sum((1, 2, 3)) / (seen.sum((1, 2, 3)) + moved.sum((1, 2, 3)))
    assert overlap.min() > 0.95
    assert not torch.allclose(moved, masks, atol=0.1)


def test_turning_keeps_shapes_although_pictures_are_wide():
    """affine_grid counts in half-widths: a rotation that forgets it makes circles oval."""
    torch.manual_seed(0)
    mask = torch.from_numpy(Ellipse(32, 48, 20, 19.99, 0).mask((64, 96), (1, 1))).float()[None, None]
    how = Augmentation(rotation=90, zoom=(1, 1), shift=0)
    _, turned = augment_batch(mask.repeat(16, 1, 1, 1), mask.repeat(16, 1, 1, 1), how)
    for picture in turned[:, 0] > 0.5:
        rows, columns = torch.nonzero(picture).T
        assert abs((rows.max() - rows.min()) - (columns.max() - columns.min())) <= 3


def test_an_augmentation_of_nothing_only_flips():
    images, masks = (x.float() / 255 for x in canvases([disc(30, 40)] * 4, canvas=(64, 96)))
    changed, moved = augment_batch(images, masks, STILL)
    for before, after, picture, seen in zip(masks, moved, images, changed, strict=True):
        flipped = not torch.allclose(after, before, atol=1e-4)
        assert torch.allclose(after, before.flip(2) if flipped else before, atol=1e-4)
        assert torch.allclose(seen, picture.flip(2) if flipped else picture, atol=1e-4)


def test_augmentation_follows_its_generator():
    images = masks = torch.rand(2, 1, 16, 24)
    one, two = (
        augment_batch(images, masks, Augmentation(), generator=torch.Generator().manual_seed(s))[0]
        for s in (3, 3)
    )
    assert torch.equal(one, two)


# --- training ----------------------------------------------------------------------------------------------


def test_loss_prefers_the_truth_and_survives_empty_masks():
    mask = torch.zeros(1, 1, 8, 8)
    mask[..., 2:6, 2:6] = 1
    right, flat, wrong = (bce_dice_loss(x, mask) for x in (20 * mask - 10, 0 * mask, 10 - 20 * mask))
    assert right < flat < wrong
    empty = torch.zeros(2, 1, 8, 8)
    assert torch.isfinite(bce_dice_loss(empty - 50, empty))


def test_a_small_network_learns_discs_and_a_seed_repeats_itself():
    rng = np.random.default_rng(0)
    samples = [disc(*rng.uniform((24, 30), (40, 66)), group=str(i)) for i in range(24)]
    recipe = Recipe(epochs=6, learning_rate=0.02, batch_size=4, without_head=0.1, augmentation=STILL)
    nets = [
        train_head(samples[:16], samples[16:], seed=5, recipe=recipe, net=_small(), progress=False)[0]
        for _ in range(2)
    ]
    scores = evaluate_heads(nets[0], samples[16:])
    assert np.mean([s.dice for s in scores]) > 0.85
    first, second = (torch.cat([p.flatten() for p in n.parameters()]) for n in nets)
    assert torch.equal(first, second)


def _small():
    torch.manual_seed(0)
    return UNet((4, 8, 8))


@pytest.mark.skipif(
    not cpu_has_bf16(), reason="this processor has no bfloat16 arithmetic (AMX or AVX512-BF16)"
)
def test_bf16_computes_in_bf16_and_keeps_weights_and_loss_in_float32():
    seen = []
    net = UNet((4, 8))
    net.first.register_forward_hook(lambda _m, _i, out: seen.append(out.dtype))
    pair = (torch.zeros(4, 1, 16, 16, dtype=torch.uint8),) * 2
    learner = head_learner(head_loaders(pair, pair, batch_size=4), net, bf16=True, progress=False)
    learner.loss_func = lambda logits, masks: (seen.append(logits.dtype), bce_dice_loss(logits, masks))[1]
    learner.fit_one_cycle(1, 1e-3)
    assert any(isinstance(cb, BF16) for cb in learner.cbs)
    assert set(seen[0::2]) == {torch.bfloat16}, "the network"
    assert set(seen[1::2]) == {torch.float32}, "the loss"
    assert {p.dtype for p in net.parameters()} == {torch.float32}
    assert not torch.is_autocast_enabled("cpu")


def test_progress_is_shown_or_not(capsys):
    pair = (torch.zeros(4, 1, 16, 16, dtype=torch.uint8),) * 2
    head_learner(head_loaders(pair, pair, batch_size=4), UNet((4, 8)), progress=False).fit_one_cycle(1, 1e-3)
    assert capsys.readouterr() == ("", "")


# --- scores ------------------------------------------------------------------------------------------------


def test_summary_counts_misses_and_parts_by_size():
    scores = [
        HeadScore("a", 80, 82, 0.9, 0.91, "good"),
        HeadScore("b", 200, 190, 0.95, 0.95, "doubtful"),
        HeadScore("c", 300, None, 0.0, 0.0, "none"),
    ]
    table = summarise(scores)
    assert {k: v["n"] for k, v in table.items()} == {"all": 3, "first": 1, "second": 1, "third": 1}
    assert table["all"]["hc_mae_mm"] == 6.0
    assert table["all"]["hc_bias_mm"] == -4.0
    assert table["all"]["refused"] == 1
    assert table["all"]["within_3_percent"] == pytest.approx(1 / 3, abs=1e-4)


# --- export ------------------------------------------------------------------------------------------------


def test_torch_and_onnx_give_the_same_probabilities(tmp_path):
    torch.manual_seed(0)
    net = UNet((4, 8, 12))
    for batch in torch.rand(4, 2, 1, 16, 24):  # so that the running statistics are not the initial ones
        net(batch)
    save_network(net, CARD, name="small", folder=tmp_path)
    session = onnxruntime.InferenceSession(str(tmp_path / "small.onnx"), providers=["CPUExecutionProvider"])
    again = load_weights("small", folder=tmp_path)
    for gates in ([1.0, 1.0], [0.0, 1.0], [1.0, 0.3]):
        image, gates = torch.rand(1, 1, 128, 192), torch.tensor(gates)
        (theirs,) = session.run(None, {"image": image.numpy(), "gates": gates.numpy()})
        with torch.inference_mode():
            assert np.abs(again(image, gates).sigmoid().numpy() - theirs).max() < 1e-4


def test_files_are_whole_and_the_card_is_readable(tmp_path):
    files = save_network(UNet((4, 8)), CARD, name="small", folder=tmp_path)
    assert sorted(f.name for f in tmp_path.iterdir()) == sorted(f.name for f in files)
    assert json.loads((tmp_path / "small.json").read_text())["channels"] == [4, 8]
    text = (tmp_path / "small.md").read_text()
    assert "Limits" in text
    assert "| all | 1 | 0.9 |" in text


def test_unknown_weights_get_a_sentence(tmp_path):
    with pytest.raises(ModelNotFoundError, match="no weights 'other'"):
        load_weights("other", folder=tmp_path)
