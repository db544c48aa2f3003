"""Draws the sample of Fashion-MNIST that ships with Netlet from the whole set.

Usage: python3 draw_fashion_sample.py FOLDER_OF_THE_WHOLE_SET FOLDER_OF_THE_SAMPLE

Takes the first 1,000 training and 200 test pictures of each of the ten classes, in the order of
the files. The same input gives the same bytes.
"""

import gzip
import struct
import sys
from pathlib import Path

PARTS = {"train": 1000, "t10k": 200}
CLASSES = 10


def read(path):
    with gzip.open(path, "rb") as file:
        return file.read()


def write(path, content):
    # Neither a time nor a name in the header: the bytes depend on the content alone.
    with open(path, "wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        packed.write(content)


def main(source, target):
    for part, wanted in PARTS.items():
        images = read(source / f"{part}-images-idx3-ubyte.gz")
        labels = read(source / f"{part}-labels-idx1-ubyte.gz")[8:]
        rows, columns = struct.unpack(">II", images[8:16])
        size = rows * columns
        taken = [0] * CLASSES
        chosen = []
        for index, label in enumerate(labels):
            if taken[label] < wanted:
                taken[label] += 1
                chosen.append(index)
        assert taken == [wanted] * CLASSES, taken
        pixels = b"".join(images[16 + index * size : 16 + (index + 1) * size] for index in chosen)
        write(
            target / f"{part}-images-idx3-ubyte.gz",
            struct.pack(">IIII", 2051, len(chosen), rows, columns) + pixels,
        )
        write(
            target / f"{part}-labels-idx1-ubyte.gz",
            struct.pack(">II", 2049, len(chosen)) + bytes(labels[index] for index in chosen),
        )


main(Path(sys.argv[1]), Path(sys.argv[2]))
