"""Two operators of torchvision in Python: what a CPU build of PyTorch lacks beside torchvision's wheel on PyPI.

That wheel is built for CUDA and its compiled operators do not load next to a PyTorch without it. Slow and exact enough
for a test; import this module before torchvision.
"""

from __future__ import annotations

import torch

_LIBRARY = torch.library.Library("torchvision", "FRAGMENT")
_LIBRARY.define(
    "qnms(Tensor dets, Tensor scores, Tensor coordinates, float iou_threshold) -> Tensor"
)  # named, never used
_LIBRARY.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
_LIBRARY.define(
    "roi_align(Tensor input, Tensor rois, float spatial_scale, SymInt pooled_height, SymInt pooled_width, "
    "int sampling_ratio, bool aligned) -> Tensor"
)


def nms(boxes: torch.Tensor, scores: torch.Tensor, iou_threshold: float) -> torch.Tensor:
    """Return the indices of boxes, best first, without those that overlap a better one by more than the threshold."""
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    order = scores.argsort(descending=True)
    kept = []
    while order.numel():
        best, rest = order[0], order[1:]
        kept.append(best)
        corner = torch.maximum(boxes[best, :2], boxes[rest, :2])
        opposite = torch.minimum(boxes[best, 2:], boxes[rest, 2:])
        common = (opposite - corner).clamp(min=0).prod(dim=1)
        order = rest[common / (areas[best] + areas[rest] - common) <= iou_threshold]
    return torch.stack(kept) if kept else order


def roi_align(  # noqa: PLR0917 - the operator's own arguments
    features: torch.Tensor,
    rois: torch.Tensor,
    spatial_scale: float,
    pooled_height: int,
    pooled_width: int,
    sampling_ratio: int,
    aligned: bool,
) -> torch.Tensor:
    """Return features in a grid over each region (batch index, x0, y0, x1, y1), one sample in the middle of a cell."""
    height, width = features.shape[2:]
    cells = []
    for roi in rois:
        x0, y0, x1, y1 = (roi[1:] * spatial_scale - (0.5 if aligned else 0.0)).tolist()
        ys = y0 + (torch.arange(pooled_height) + 0.5) * (y1 - y0) / pooled_height
        xs = x0 + (torch.arange(pooled_width) + 0.5) * (x1 - x0) / pooled_width
        grid_y, grid_x = torch.meshgrid((2 * ys + 1) / height - 1, (2 * xs + 1) / width - 1, indexing="ij")
        grid = torch.stack((grid_x, grid_y), dim=-1)[None].to(features.dtype)
        image = features[int(roi[0])][None]
        cells.append(torch.nn.functional.grid_sample(image, grid, padding_mode="border", align_corners=False)[0])
    return torch.stack(cells) if cells else features.new_zeros((0, features.shape[1], pooled_height, pooled_width))


_LIBRARY.impl("nms", nms, "CPU")
_LIBRARY.impl("roi_align", roi_align, "CPU")

import torchvision.extension  # noqa: E402 - it needs the operators above

torchvision.extension._has_ops = lambda: True  # it asks whether its compiled file was loaded
