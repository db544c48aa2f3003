"""Makes the file beside it, with PyTorch and safetensors: `python make.py`.

It holds the tensors of the network in `../small.rs`: element i of tensor n of the state dict is
n + i / 8.
"""

import pathlib

import safetensors.torch
import torch
from torch import nn

HERE = pathlib.Path(__file__).parent


def model():
    made = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Flatten(), nn.Linear(8, 3))
    floats = [tensor for tensor in made.state_dict().values() if tensor.is_floating_point()]
    for number, tensor in enumerate(floats):
        tensor.copy_((number + torch.arange(tensor.numel()) / 8).reshape(tensor.shape))
    return made


safetensors.torch.save_file(model().state_dict(), HERE / "sequential.safetensors")
