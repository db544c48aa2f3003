"""Median milliseconds of one LeNet-5 training step in PyTorch: the comparison for `train_step`."""

import statistics
import time

import torch
from torch import nn

BATCH, WARM_UP, STEPS = 64, 50, 400

torch.set_num_threads(2)
torch.manual_seed(0)
net = nn.Sequential(
    nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2),
    nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2),
    nn.Flatten(),
    nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10),
)
optimizer = torch.optim.Adam(net.parameters())
loss = nn.CrossEntropyLoss()
x = torch.rand(BATCH, 1, 28, 28)
y = torch.randint(0, 10, (BATCH,))

times = []
for step in range(WARM_UP + STEPS):
    start = time.perf_counter()
    optimizer.zero_grad()
    loss(net(x), y).backward()
    optimizer.step()
    if step >= WARM_UP:
        times.append(time.perf_counter() - start)
print(f"PyTorch {torch.__version__}: {statistics.median(times) * 1e3:.2f} ms a step")
