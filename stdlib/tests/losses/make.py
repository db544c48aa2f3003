"""Writes what PyTorch says of losses, update rules and schedules to files beside this one, which the
tests read. Needs `pip install torch`."""

import json
import pathlib

import torch
from torch.nn import functional as F
from torch.optim import lr_scheduler as schedulers

HERE = pathlib.Path(__file__).parent
IGNORED = 255

torch.manual_seed(0)


def numbers(tensor):
    return [float(f"{float(value):.8g}") for value in tensor.detach().flatten()]


def case(name, loss, logits, targets, **options):
    """A loss with its gradient. `loss` takes the logits."""
    logits = logits.clone().requires_grad_()
    value = loss(logits)
    value.backward()
    return {
        "name": name,
        "shape": list(logits.shape),
        "logits": numbers(logits),
        "targets": [float(target) for target in targets.flatten()],
        "value": float(value.detach()),
        "gradient": numbers(logits.grad),
        **options,
    }


def one_hot(classes, count):
    """Samples x classes x rows x columns, 0 where no pixel counts."""
    counted = classes != IGNORED
    hot = F.one_hot(torch.where(counted, classes, 0), count).movedim(-1, 1).float()
    return hot * counted.unsqueeze(1)


def overlap(measure, classes, logits):
    """There is no such loss in PyTorch: the formula, by its gradients."""
    truth = one_hot(classes, logits.shape[1])
    p = logits.softmax(1) * (classes != IGNORED).unsqueeze(1)
    of = (0, 2, 3)
    shared = (p * truth).sum(of)
    if measure == "dice":
        overlaps = 2 * shared / ((p * p).sum(of) + truth.sum(of))
    else:
        overlaps = shared / (p + truth - p * truth).sum(of)
    return 1 - overlaps[truth.sum(of) > 0].mean()


def losses():
    samples, classes = 7, 5
    logits = torch.randn(samples, classes) * 3
    labels = torch.randint(0, classes, (samples,))
    weights = torch.tensor([0.5, 2.0, 1.0, 0.0, 3.0])
    for weight in [None, weights]:
        for smoothing in [0.0, 0.1]:
            yield case(
                "cross_entropy",
                lambda z: F.cross_entropy(z, labels, weight, label_smoothing=smoothing),
                logits,
                labels,
                weights=None if weight is None else numbers(weight),
                smoothing=smoothing,
            )
    yield case(
        "bce",
        lambda z: F.binary_cross_entropy_with_logits(z, F.one_hot(labels, classes).float()),
        logits,
        labels,
    )

    # More pixels than are worked on together, by a rule that the test has too; one class occurs
    # nowhere, and every 89th gradient is written.
    rows, columns = 23, 29
    count = 2 * classes * rows * columns
    maps = (torch.arange(count) * 37 % 101 / 16 - 3).reshape(2, classes, rows, columns)
    pixels = (torch.arange(2 * rows * columns) * 13 % 29).reshape(2, rows, columns)
    pixels = torch.where(pixels % 7 == 3, IGNORED, pixels % 4)
    for weight in [None, weights]:
        for smoothing in [0.0, 0.1]:
            found = case(
                "cross_entropy",
                lambda z: F.cross_entropy(
                    z, pixels, weight, ignore_index=IGNORED, label_smoothing=smoothing
                ),
                maps,
                pixels,
                weights=None if weight is None else numbers(weight),
                smoothing=smoothing,
            )
            every = 89
            yield {**found, "logits": [], "targets": [], "gradient": found["gradient"][::every]}
    small, of = maps[:, :, :4, :5].contiguous(), pixels[:, :4, :5].contiguous()
    counted = (of != IGNORED).unsqueeze(1).expand(small.shape)
    yield case(
        "bce",
        lambda z: F.binary_cross_entropy_with_logits(z[counted], one_hot(of, classes)[counted]),
        small,
        of,
    )
    for measure in ["dice", "miou"]:
        yield case(measure, lambda z: overlap(measure, of, z), small, of)

    outputs = torch.randn(4, 3) * 2
    truth = torch.randn(4, 3)
    truth[0, 0] = outputs[0, 0]
    yield case("mse", lambda z: F.mse_loss(z, truth), outputs, truth)
    yield case("l1", lambda z: F.l1_loss(z, truth), outputs, truth)
    yield case("smooth_l1", lambda z: F.smooth_l1_loss(z, truth), outputs, truth)
    parts = torch.rand(4, 3)
    far = outputs * 20
    yield case("bce_values", lambda z: F.binary_cross_entropy_with_logits(z, parts), far, parts)


def paths():
    """`p` after each of five steps from (1, -2, 3) down sum(a p^2) / 2, a = (1, 0.5, 0.01)."""
    curvature = torch.tensor([1.0, 0.5, 0.01])
    rules = {
        "adam": (torch.optim.Adam, {}),
        "adamw": (torch.optim.AdamW, {"weight_decay": 0.0}),
        "sgd": (torch.optim.SGD, {}),
        "momentum": (torch.optim.SGD, {"momentum": 0.9}),
        "nesterov": (torch.optim.SGD, {"momentum": 0.9, "nesterov": True}),
        "rmsprop": (torch.optim.RMSprop, {}),
        "rmsprop_momentum": (torch.optim.RMSprop, {"momentum": 0.9}),
    }
    for name, (rule, options) in rules.items():
        for decay in [0.0, 0.3]:
            for clip in [None, 0.5]:
                p = torch.tensor([1.0, -2.0, 3.0], requires_grad=True)
                optimizer = rule([p], lr=0.1, **{**options, "weight_decay": decay})
                path = []
                for step in range(5):
                    # The rate changes on the way, as schedules change it.
                    for group in optimizer.param_groups:
                        group["lr"] = 0.1 if step < 3 else 0.05
                    optimizer.zero_grad()
                    ((curvature * p * p).sum() / 2).backward()
                    if clip is not None:
                        torch.nn.utils.clip_grad_norm_([p], clip)
                    optimizer.step()
                    path.append(numbers(p))
                yield {"rule": name, "decay": decay, "clip": clip, "path": path}


STEPS, EPOCHS, RATE = 4, 5, 0.1
LOSSES = [1.0, 0.9, 0.90001, 0.95, 0.8]


def rates(make, per_step, warmup=0):
    """The rate of every step; the schedule proper begins after `warmup` steps of a rise."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=RATE)
    found = []
    scheduler = make(optimizer, STEPS * EPOCHS - warmup)
    if warmup:
        found = [group_rate * (step + 1) / warmup for step in range(warmup)
                 for group_rate in [optimizer.param_groups[0]["lr"]]]
    for step in range(warmup, STEPS * EPOCHS):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if per_step:
            scheduler.step()
        elif (step + 1) % STEPS == 0:
            loss = LOSSES[step // STEPS]
            plateau = isinstance(scheduler, schedulers.ReduceLROnPlateau)
            scheduler.step(loss) if plateau else scheduler.step()
    return found


def schedules():
    step = lambda o, _: schedulers.StepLR(o, 2, 0.1)
    cosine = lambda o, steps: schedulers.CosineAnnealingLR(o, steps)
    cycle = lambda o, steps: schedulers.OneCycleLR(o, RATE, steps, cycle_momentum=False)
    plateau = lambda o, _: schedulers.ReduceLROnPlateau(o, patience=1, factor=0.5)
    yield {"Step": {"every": 2, "factor": 0.1}}, 0.0, rates(step, False)
    yield "Cosine", 0.0, rates(cosine, True)
    yield "Cosine", 1.5, rates(cosine, True, 6)
    yield "OneCycle", 0.0, rates(cycle, True)
    yield "OneCycle", 1.0, rates(cycle, True, 4)
    yield {"Plateau": {"patience": 1, "factor": 0.5}}, 0.0, rates(plateau, False)


def write(name, content):
    (HERE / name).write_text(content)


write("losses.json", json.dumps(list(losses())) + "\n")
write("paths.json", json.dumps(list(paths())) + "\n")
write("schedules.json", json.dumps({"losses": LOSSES, "rates": list(schedules())}) + "\n")
