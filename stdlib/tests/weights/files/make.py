"""Makes the checkpoints beside it, with PyTorch and safetensors: `python make.py`.

All but `other.pth` and `shapes.pth` hold the tensors of the network in `../small.rs`: element i of
tensor n of the state dict is n + i / 8, a number that every kind of float has.
"""

import collections
import os
import pathlib
import pickle
import zipfile

import safetensors.torch
import torch
from torch import nn

HERE = pathlib.Path(__file__).parent
NAMES = ["conv1", "batchnorm1", "flatten1", "linear1"]


def model(names=None, classes=3):
    layers = [nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Flatten(), nn.Linear(8, classes)]
    names = names or [str(number) for number in range(len(layers))]
    made = nn.Sequential(collections.OrderedDict(zip(names, layers)))
    floats = [tensor for tensor in made.state_dict().values() if tensor.is_floating_point()]
    for number, tensor in enumerate(floats):
        tensor.copy_((number + torch.arange(tensor.numel()) / 8).reshape(tensor.shape))
    return made


def save(content, name, **options):
    torch.save(content, HERE / name, **options)


def of_kinds(state):
    kinds = [torch.float16, torch.bfloat16, torch.float64, torch.float32]
    floats = [name for name, tensor in state.items() if tensor.is_floating_point()]
    return {**state, **{name: state[name].to(kinds[i % 4]) for i, name in enumerate(floats)}}


def as_views(state):
    """The same values, which lie apart, within others, or all in one storage."""
    views = dict(state)
    conv, linear = state["conv1.weight"], state["linear1.weight"]
    views["conv1.weight"] = conv.permute(3, 2, 1, 0).contiguous().permute(3, 2, 1, 0)
    views["linear1.weight"] = torch.stack([linear * 0 - 1, linear], dim=2)[:, :, 1]
    flat = torch.cat([torch.full((5,), -1.0), state["conv1.bias"], state["batchnorm1.weight"]])
    views["conv1.bias"], views["batchnorm1.weight"] = flat[5:7], flat[7:9]
    assert not views["conv1.weight"].is_contiguous()
    return views


class Calls:
    """What PyTorch would call when it read it."""

    def __reduce__(self):
        return os.system, ("touch this-file-was-called",)


def without_end(source, name):
    """An archive as it should be, of a list of tensors that stops in their midst."""
    with zipfile.ZipFile(HERE / source) as old, zipfile.ZipFile(HERE / name, "w") as new:
        for entry in old.namelist():
            content = old.read(entry)
            is_list = entry.endswith("data.pkl")
            new.writestr(entry, content[: len(content) // 2] if is_list else content)


def main():
    named = model(NAMES).state_dict()
    save(named, "named.pth")
    save(model().state_dict(), "sequential.pth")
    safetensors.torch.save_file(model().state_dict(), HERE / "sequential.safetensors")

    trained = nn.DataParallel(model(NAMES))
    optimizer = torch.optim.Adam(trained.parameters())
    sum(parameter.sum() for parameter in trained.parameters()).backward()
    optimizer.step()
    trained.module.load_state_dict(named)
    state = trained.state_dict()
    rest = {"epoch": 3, "best": 0.5, "arch": "small", "optimizer": optimizer.state_dict()}
    save({**rest, "state_dict": state}, "training.pth")
    save({"model": named, "done": True, "history": [1.5, None, ()]}, "model.pt", pickle_protocol=4)
    save(model(NAMES).state_dict(keep_vars=True), "parameters.pth")

    save(of_kinds(named), "kinds.pth")
    save(as_views(named), "views.pth")

    save(model(NAMES, classes=5).state_dict(), "shapes.pth")
    save(nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 2)).state_dict(), "other.pth")
    save({"epoch": 3, "notes": "none"}, "empty.pth")
    save(model(), "whole.pth")
    save({**named, "extra": Calls()}, "calls.pth")
    (HERE / "calls.pkl").write_bytes(pickle.dumps(Calls(), protocol=2))
    save(named, "old.pth", _use_new_zipfile_serialization=False)
    without_end("named.pth", "unfinished.pth")


main()
