"""Ask a network where in a picture it found what speaks for a class: Grad-CAM."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

__all__ = ["activated_area", "grad_cam"]


def grad_cam(net: nn.Module, layer: nn.Module, image: Tensor, class_: int | Tensor) -> Tensor:
    """Return where the maps of a layer speak for a class.

    Each map is weighted by how much the class's logit grows with it, on average over all places; the weighted
    maps are added up, and what speaks against the class is cut off.

    Parameters
    ----------
    net : nn.Module
        Gives (B, classes) logits. It is asked in evaluation mode, and left as it was.
    layer : nn.Module
        A part of `net` that gives maps (B, C, h, w), mostly the last before places are given up.
    image : (B, 1, H, W) float tensor
    class_ : int, or (B,) int64 tensor
        The class that is asked for; of all images, or of each.

    Returns
    -------
    (B, H, W) float tensor
        1 where most speaks for the class, 0 where nothing does; all 0 where nothing does anywhere. It is as
        coarse as the layer's maps, and enlarged to the image.

    Raises
    ------
    ValueError
        If the layer is no part of the net, gives no maps, or there is no such class.

    References
    ----------
    R. R. Selvaraju and others, Grad-CAM, ICCV 2017, arXiv 1610.02391, equations 1 and 2.

    Examples
    --------
    The class's logit is the mean of the only map, which is the picture itself:

    >>> net = nn.Sequential(nn.Conv2d(1, 1, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    >>> _ = nn.init.ones_(net[0].weight), nn.init.zeros_(net[0].bias)
    >>> grad_cam(net, net[0], torch.tensor([[[[0.0, 2.0, 4.0]]]]), 0)
    tensor([[[0.0000, 0.5000, 1.0000]]])
    """
    if not any(part is layer for part in net.modules()):
        raise ValueError("the layer is no part of this network: give one of net.modules()")
    kept: list[Tensor] = []
    hook = layer.register_forward_hook(lambda _layer, _given, made: kept.append(made))
    training = net.training
    try:
        with torch.enable_grad():
            logits = net.eval()(image.detach().clone().requires_grad_())  # so that frozen weights will do
    finally:
        hook.remove()
        net.train(training)
    if not kept or kept[-1].ndim != 4:
        raise ValueError("the layer gives no maps (B, C, h, w): ask a layer before places are given up")
    asked = torch.as_tensor(class_).expand(len(image))
    if not set(asked.tolist()) <= set(range(logits.shape[1])):
        raise ValueError(f"class {class_}: this network has classes 0 to {logits.shape[1] - 1}")
    maps = kept[-1]
    with torch.enable_grad():
        asked_for = logits.gather(1, asked[:, None]).sum()
    (slope,) = torch.autograd.grad(asked_for, maps)
    weights = slope.mean(dim=(2, 3), keepdim=True)  # equation 1: one number for each map
    cam = (weights * maps.detach()).sum(dim=1, keepdim=True).relu()  # equation 2
    cam = interpolate(cam, size=image.shape[2:], mode="bilinear", align_corners=False)[:, 0]
    most = cam.amax(dim=(1, 2), keepdim=True)
    return torch.where(most > 0, cam / most.clamp(min=torch.finfo(cam.dtype).tiny), cam)


def activated_area(cam: Tensor, *, level: float = 0.5) -> Tensor:
    """Return the share of each map above a level, which counts from its maximum.

    Parameters
    ----------
    cam : (B, H, W) float tensor
        As `grad_cam` gives it.
    level : float
        0 to 1.

    Returns
    -------
    (B,) float tensor
        0 where the map is empty.

    Examples
    --------
    >>> activated_area(torch.tensor([[[0.1, 0.6], [1.0, 0.2]]]))
    tensor([0.5000])
    """
    return (cam > level).float().mean(dim=(1, 2))
