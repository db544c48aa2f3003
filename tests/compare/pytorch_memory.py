"""The largest memory of a process that trains in PyTorch, for comparison with
`cargo bench -p netlet-tests --bench memory`: the same networks, batches, loss and optimizer, a
process for each network. Needs `pip install torch`; Linux tells the figures."""

import subprocess
import sys
import time

import torch
from torch import nn

ALL = {"unet": (32, (1, 32, 32)), "resnet34": (4, (3, 224, 224))}
STEPS = 6


def conv_norm(inputs, outputs, window=3, stride=1, relu=True):
    layers = [
        nn.Conv2d(inputs, outputs, window, stride, window // 2, bias=False),
        nn.BatchNorm2d(outputs),
    ]
    return layers + [nn.ReLU(inplace=True)] if relu else layers


class UNet(nn.Module):
    """`UNetSmall(1x32x32, width=32)` of the zoo."""

    def __init__(self, width=32):
        super().__init__()
        widths = [width, 2 * width, 4 * width, 8 * width]
        twice = lambda inputs, outputs: nn.Sequential(
            *conv_norm(inputs, outputs), *conv_norm(outputs, outputs)
        )
        self.down = nn.ModuleList(map(twice, [1] + widths, widths))
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(2 * outputs, outputs, 2, 2) for outputs in widths[-2::-1]
        )
        self.after = nn.ModuleList(twice(2 * outputs, outputs) for outputs in widths[-2::-1])
        self.classifier = nn.Conv2d(width, 2, 1)

    def forward(self, x):
        kept = []
        for level in self.down:
            if kept:
                x = nn.functional.max_pool2d(x, 2)
            x = level(x)
            kept.append(x)
        kept.pop()
        for up, after in zip(self.up, self.after):
            x = after(torch.cat([up(x), kept.pop()], 1))
        return self.classifier(x)


class Basic(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.body = nn.Sequential(
            *conv_norm(inputs, outputs, 3, stride), *conv_norm(outputs, outputs, relu=False)
        )
        shortcut = stride != 1 or inputs != outputs
        self.shortcut = nn.Sequential(
            *(conv_norm(inputs, outputs, 1, stride, relu=False) if shortcut else [])
        )
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        y = self.body(x)
        y += self.shortcut(x)
        return self.relu(y)


def resnet34():
    layers = conv_norm(3, 64, 7, 2) + [nn.MaxPool2d(3, 2, 1)]
    inputs = 64
    for outputs, count in [(64, 3), (128, 4), (256, 6), (512, 3)]:
        for unit in range(count):
            layers.append(Basic(inputs, outputs, 2 if unit == 0 and outputs != 64 else 1))
            inputs = outputs
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 1000))


def most():
    """The most memory that this process has had so far, in MB."""
    with open("/proc/self/status") as status:
        line = next(line for line in status if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024 / 1e6


def main(name):
    samples, shape = ALL[name]
    before = most()
    network = UNet() if name == "unet" else resnet34()
    weights = sum(parameter.numel() for parameter in network.parameters())
    optimizer = torch.optim.Adam(network.parameters())
    fastest = float("inf")
    for _ in range(STEPS):
        start = time.perf_counter()
        batch = (torch.arange(samples * shape[0] * shape[1] * shape[2]) % 251).float() / 251
        optimizer.zero_grad(set_to_none=True)
        network(batch.view(samples, *shape)).square().sum().backward()
        optimizer.step()
        fastest = min(fastest, time.perf_counter() - start)
    print(
        f"{name}, batch {samples}: {most():.0f} MB in all, {most() - before:.0f} MB for the "
        f"training, of which {12e-6 * weights:.0f} MB weights and what Adam keeps; "
        f"{fastest * 1e3:.0f} ms a step"
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(sys.argv[1])
    else:
        for name in ALL:
            subprocess.run([sys.executable, __file__, name], check=True)
