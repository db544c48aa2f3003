"""Pictures a second from files to batches in torchvision: the comparison for `loading`.

NETLET_DATA names the folder that holds `cats-dogs`.
"""

import os
import time

import torch
import torchvision
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.datasets import ImageFolder

BATCH, WORKERS, EPOCHS = 64, 2, 5

torch.manual_seed(0)
data = ImageFolder(
    os.path.join(os.environ["NETLET_DATA"], "cats-dogs", "train"),
    transforms.Compose([
        transforms.Resize(256),
        transforms.RandomCrop(224),
        transforms.RandomHorizontalFlip(),
        transforms.ToTensor(),
        transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    ]),
)
loader = DataLoader(
    data, batch_size=BATCH, shuffle=True, num_workers=WORKERS, persistent_workers=True
)
rates = []
# The first epoch starts the workers, and does not count.
for epoch in range(EPOCHS + 1):
    start = time.perf_counter()
    count = sum(len(labels) for _, labels in loader)
    if epoch > 0:
        rates.append(count / (time.perf_counter() - start))
rates.sort()
print(f"torchvision {torchvision.__version__}: {rates[len(rates) // 2]:.0f} pictures a second")
