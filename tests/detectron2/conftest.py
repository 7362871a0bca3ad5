"""Operators that torchvision needs, before any test imports it."""

from __future__ import annotations

from tests.detectron2 import torchvision_ops as torchvision_ops
