"""The estimators: their budgets, what learns at which pace, grading, and how they are settled."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch

from maskstream_training.common import training
from maskstream_training.common.continuing import load_estimator
from maskstream_training.common.efficientnet import EfficientNetLite0, folded, renamed
from maskstream_training.common.estimator import Estimator
from maskstream_training.common.export import export_estimator
from maskstream_training.common.geometry import Input
from maskstream_training.common.grades import FACE, HAIR, LOW, OBJECT
from maskstream_training.common.grading import compose, loss_of, parts_of, region_of
from maskstream_training.common.layers import cost
from maskstream_training.common.settle import limit_steps, logits, settle, spread_evenly
from maskstream_training.common.train_estimator import Plan, Sample, averaged, train
from maskstream_training.faces.net import Primary
from maskstream_training.faces.trunk import PACE as FACE_PACE
from maskstream_training.faces.trunk import FaceTrunk
from maskstream_training.hair.trunk import hair_trunk
from maskstream_training.objects.trunk import PACE as OBJECT_PACE
from maskstream_training.objects.trunk import object_trunk


def test_budget_of_faces() -> None:
    net = Estimator(FACE, FaceTrunk()).eval()
    parameters, multiply_adds = cost(net, torch.zeros(1, 3, 192, 320))
    assert multiply_adds < 100e6
    assert parameters * 4 < 1.6e6
    assert tuple(net(torch.zeros(1, 3, 64, 96)).shape) == (1, 1, 32, 48)


def test_what_imagenet_taught_first_stays_and_later_stages_learn_slowly() -> None:
    net = Estimator(FACE, FaceTrunk())
    groups = training.parameter_groups(net, 0.01)
    learning = {id(p): group["pace"] for group in groups for p in group["params"]}
    assert not any(id(p) in learning for p in net.trunk.early.parameters())
    assert {learning[id(p)] for p in net.trunk.coarse32.parameters()} == {FACE_PACE}
    assert {learning[id(p)] for p in net.trunk.fine8.parameters()} == {1.0}


def test_budget_of_hair() -> None:
    net = Estimator(HAIR, hair_trunk()).eval()
    assert cost(net, torch.zeros(1, 3, 160, 160))[1] < 100e6
    assert tuple(net(torch.zeros(1, 3, 64, 96)).shape) == (1, 1, 32, 48)


def estimator() -> Estimator:
    torch.manual_seed(1)
    return Estimator(OBJECT, object_trunk())


def test_the_mean_of_networks() -> None:
    first, second = estimator(), estimator()
    with torch.no_grad():
        for weight in second.parameters():
            weight += 0.5
    wanted = {name: value + 0.25 for name, value in first.named_parameters()}
    for name, value in averaged([first, second]).named_parameters():
        assert torch.allclose(value, wanted[name]), name


def test_checkpoints_keep_their_names() -> None:
    shared = {"trunk.early", "trunk.stride16", "trunk.stride32", "trunk.decoder"}
    shared |= {"head.weight", "head.bias"}
    for net, own in (
        (Estimator(HAIR, hair_trunk()), {"trunk.stride8"}),
        (estimator(), {"trunk.context"}),
    ):
        found = {".".join(name.split(".")[:2]) for name in net.state_dict()}
        assert found == shared | own


def test_upstream_names_find_their_place() -> None:
    ours = EfficientNetLite0().state_dict()
    for key in (
        "_conv_stem.weight",
        "_bn0.running_mean",
        "_blocks.0._depthwise_conv.weight",
        "_blocks.4._expand_conv.weight",
        "_blocks.15._bn2.bias",
        "_conv_head.weight",
        "_bn1.weight",
        "_fc.bias",
    ):
        assert renamed(key) in ours
    assert renamed("_blocks.3._bn1.weight") == "stages.2.0.filter.norm.weight"


def test_folding_changes_nothing() -> None:
    torch.manual_seed(3)
    net, x = EfficientNetLite0(), torch.randn(2, 3, 64, 64)
    with torch.no_grad():
        net.train()(x)
        expected = net.eval()(x)
        assert torch.allclose(folded(net)(x), expected, atol=0.0001)


def test_estimator_is_cheap_enough_and_halves_the_image() -> None:
    net = estimator()
    for height, width in ((128, 224), (224, 128), (160, 160)):
        assert cost(net, torch.zeros(1, 3, height, width))[1] < 200e6
    with torch.no_grad():
        assert net.eval()(torch.zeros(1, 3, 64, 96)).shape == (1, 1, 32, 48)


def test_early_stages_are_frozen_and_late_ones_slow() -> None:
    net = estimator()
    groups = training.parameter_groups(net, 0.02)
    assert {g["pace"] for g in groups} == {1.0, OBJECT_PACE}
    learning = sum(len(g["params"]) for g in groups)
    frozen = len(list(net.trunk.early.parameters()))
    assert learning + frozen == len(list(net.parameters()))


def test_sure_planes_compose_to_the_grades() -> None:
    logits = torch.tensor([[-9.0, 9, 0], [9, -9, -9], [9, 9, -9], [9, -9, 9]])
    scores = compose(FACE, logits[:, :, None, None]).flatten().tolist()
    for score, expected in zip(scores, (LOW, 0.35, 0.70, 0.90), strict=True):
        assert score == pytest.approx(expected, abs=0.004)


def test_a_weak_region_counts_beside_a_strong_one_only() -> None:
    logits = torch.full((1, 2, 16, 32), -9.0)
    logits[:, 0, 4:8, 4:8] = logits[:, 0, 4:8, 20:24] = 0.0
    logits[:, 0, 6, 6] = 9.0
    scores = compose(OBJECT, logits)[0, 0]
    assert float(scores[4:8, 4:8].min()) > 0.2
    assert float(scores[4:8, 20:24].max()) < 0.1


def test_targets_come_apart_into_planes() -> None:
    target = torch.tensor([0.05, 0.2, 0.35, 0.7, 0.8, 0.9])
    assert torch.allclose(region_of(FACE, target), torch.tensor([0, 0.5, 1, 1, 1, 1]))
    assert torch.allclose(parts_of(FACE, target), torch.tensor([0, 0, 0, 0, 0.5, 1]))


def test_loss_is_finite_and_ignores_what_is_not_known() -> None:
    target = torch.full((1, 16, 16), 0.05)
    target[:, 4:12, 4:12] = 0.5
    target[:, 6:8, 6:8] = 0.9
    known = torch.ones_like(target)
    # What is within reach of what is not known learns from it.
    known[:, :5] = 0
    for grading in (FACE, OBJECT):
        logits = torch.zeros(1, grading.planes, 16, 16)
        before = loss_of(grading, logits, target, known, 6.0)
        logits[:, :, 0] = 50
        assert torch.isfinite(before)
        after = loss_of(grading, logits, target, known, 6.0)
        assert float(before) == pytest.approx(float(after), abs=5e-06)


def test_the_cut_moves_to_the_labels() -> None:
    image = np.full((64, 64, 3), 128, np.uint8)
    truth = np.ones((64, 64), bool)
    net = Estimator(OBJECT)
    with torch.no_grad():
        net.head.weight.zero_()
        net.head.bias.zero_()
    settle(net, 0, 0.2, [(image, truth, truth)], Input(64 * 64))
    assert float(net.head.bias[0].detach()) > 0.0


def test_slack_takes_the_lowest_shift_that_is_as_good() -> None:
    image, truth = np.full((64, 64, 3), 128, np.uint8), np.ones((64, 64), bool)
    biases = []
    for slack in (0.0, 1.0):
        net = Estimator(OBJECT)
        with torch.no_grad():
            net.head.weight.zero_()
            net.head.bias.zero_()
        settle(net, 0, 0.2, [(image, truth, truth)], Input(64 * 64), slack)
        biases.append(float(net.head.bias[0].detach()))
    assert biases[1] == -2.0
    assert biases[0] > -2.0


def test_steps_are_limited_by_the_smallest_scale_that_does() -> None:
    torch.manual_seed(5)
    rng, net, size = np.random.default_rng(5), Estimator(FACE).eval(), Input(64 * 64)
    images = [rng.integers(0, 256, (64, 64, 3), dtype=np.uint8) for _ in range(4)]
    with torch.no_grad():
        net.head.bias.copy_(torch.tensor([9.0, 0.1, -9.0]))
    before = net.head.weight[1].clone()
    limit_steps(net, 1, 1.0, images, size)
    assert torch.equal(net.head.weight[1], before)
    limit_steps(net, 1, 0.0, images, size)
    assert torch.allclose(net.head.weight[1], before * 2)


def test_grades_are_spread_evenly() -> None:
    torch.manual_seed(5)
    rng, net, size = np.random.default_rng(5), Estimator(OBJECT), Input(64 * 64)
    images = [rng.integers(0, 256, (64, 64, 3), dtype=np.uint8) for _ in range(4)]
    with torch.no_grad():
        net.head.weight[0].zero_()
        net.head.bias[0] = 5
    spread_evenly(net, 1, images, size)
    ramps = torch.stack([logits(net, image, size)[0, 1] for image in images]).sigmoid()
    assert float(ramps.mean()) == pytest.approx(0.5, abs=0.1)
    assert float(ramps.std()) == pytest.approx(12 ** (-0.5), abs=0.08)


def test_an_export_comes_back_as_the_same_network() -> None:
    torch.manual_seed(2)
    net, other = Estimator(OBJECT), Estimator(OBJECT)
    samples = np.random.default_rng(0).integers(0, 256, (2, 64, 96, 3), dtype=np.uint8)
    images = torch.from_numpy(samples).permute(0, 3, 1, 2).float() / 255
    with torch.no_grad(), tempfile.TemporaryDirectory() as folder:
        net.train().planes(images)
        path = export_estimator(net, Path(folder), ((64, 96),))
        load_estimator(other, path, samples)
        expected, found = net.eval().planes(images), other.planes(images)
    assert torch.allclose(expected, found, atol=0.0001)


def nothing(*_: object) -> Sample:
    raise AssertionError


def test_a_new_estimator_is_a_function_of_the_seed(tmp_path: Path) -> None:
    def new(seed: int, name: str) -> torch.Tensor:
        net = train(partial(Estimator, OBJECT), nothing, tmp_path / name, Plan(steps=0, seed=seed))
        return net.head.weight.detach().cpu()

    first = new(1, "a.pt")
    assert torch.equal(first, new(1, "b.pt"))
    assert not torch.equal(first, new(2, "c.pt"))


def test_budgets() -> None:
    estimator = Estimator(FACE)
    parameters, multiply_adds = cost(estimator, torch.zeros(1, 3, 192, 320))
    assert multiply_adds < 100e6
    assert parameters * 4 < 1.6e6
    primary = Primary()
    primary.blendshapes = torch.nn.Identity()
    parameters, multiply_adds = cost(primary, torch.zeros(1, 1, 48, 48))
    assert 15e6 <= multiply_adds <= 60e6
    assert parameters < 2.1e6  # a byte each, as the file keeps them
