//! Known networks, as diagrams are asked for of them.
// Tests and benches use a part of them each.
#![allow(dead_code)]

/// ResNet-34.
pub const RESNET34: &str = "
block basic(c, stride=1) {
    skip add {
        conv c 3 stride=stride pad=1 bias=no -> batchnorm -> relu
        conv c 3 pad=1 bias=no -> batchnorm
    } via {
        if stride != 1 or in.channels != c { conv c 1 stride=stride bias=no -> batchnorm }
    }
    relu
}
net ResNet34(3x224x224, classes=1000) {
    conv 64 7 stride=2 pad=3 bias=no -> batchnorm -> relu -> maxpool 3 stride=2 pad=1
    repeat 3 { basic 64 }
    basic 128 stride=2 -> repeat 3 { basic 128 }
    basic 256 stride=2 -> repeat 5 { basic 256 }
    basic 512 stride=2 -> repeat 2 { basic 512 }
    globalavgpool -> linear classes
}";

/// ResNet-101.
pub const RESNET101: &str = "
block bottleneck(c, stride=1) {
    skip add {
        conv c 1 bias=no -> batchnorm -> relu
        conv c 3 stride=stride pad=1 bias=no -> batchnorm -> relu
        conv c*4 1 bias=no -> batchnorm
    } via {
        if stride != 1 or in.channels != c*4 { conv c*4 1 stride=stride bias=no -> batchnorm }
    }
    relu
}
block stage(count, c, stride=1) {
    bottleneck c stride=stride
    repeat count-1 { bottleneck c }
}
net ResNet101(3x224x224, classes=1000) {
    conv 64 7 stride=2 pad=3 bias=no -> batchnorm -> relu as stem
    maxpool 3 stride=2 pad=1
    stage 3 64 as layer1
    stage 4 128 stride=2 as layer2
    stage 23 256 stride=2 as layer3
    stage 3 512 stride=2 as layer4
    globalavgpool -> linear classes as fc
}";

/// GoogLeNet with its training heads.
pub const GOOGLENET: &str = "
block cbr(c, window, stride=1, pad=0) { conv c window stride=stride pad=pad bias=no -> batchnorm -> relu }
block inception(a, b3, b, c5, c, d) {
    concat {
        | cbr a 1
        | cbr b3 1 -> cbr b 3 pad=1
        | cbr c5 1 -> cbr c 3 pad=1
        | maxpool 3 stride=1 pad=1 ceil=yes -> cbr d 1
    }
}
net GoogLeNet(3x224x224, classes=1000) {
    cbr 64 7 stride=2 pad=3 -> maxpool 3 stride=2 ceil=yes
    cbr 64 1 -> cbr 192 3 pad=1 -> maxpool 3 stride=2 ceil=yes
    inception 64 96 128 16 32 32 as inception3a
    inception 128 128 192 32 96 64 as inception3b
    maxpool 3 stride=2 ceil=yes
    inception 192 96 208 16 48 64 as inception4a
    head aux1 training loss=0.3 { adaptiveavgpool 4x4 -> cbr 128 1 -> flatten -> linear 1024 -> relu -> dropout 0.7 -> linear classes }
    inception 160 112 224 24 64 64 as inception4b
    inception 128 128 256 24 64 64 as inception4c
    inception 112 144 288 32 64 64 as inception4d
    head aux2 training loss=0.3 { adaptiveavgpool 4x4 -> cbr 128 1 -> flatten -> linear 1024 -> relu -> dropout 0.7 -> linear classes }
    inception 256 160 320 32 128 128 as inception4e
    maxpool 2 stride=2 ceil=yes
    inception 256 160 320 32 128 128 as inception5a
    inception 384 192 384 48 128 128 as inception5b
    globalavgpool -> dropout 0.2 -> linear classes
}";

/// DenseNet-121.
pub const DENSENET121: &str = "
block dense(growth) {
    skip concat {
        batchnorm -> relu -> conv growth*4 1 bias=no
        batchnorm -> relu -> conv growth 3 pad=1 bias=no
    }
}
block transition() { batchnorm -> relu -> conv in.channels/2 1 bias=no -> avgpool 2 }
net DenseNet121(3x224x224, classes=1000) {
    conv 64 7 stride=2 pad=3 bias=no -> batchnorm -> relu -> maxpool 3 stride=2 pad=1
    repeat 6 { dense 32 } -> transition
    repeat 12 { dense 32 } -> transition
    repeat 24 { dense 32 } -> transition
    repeat 16 { dense 32 }
    batchnorm -> relu -> globalavgpool -> linear classes
}";

/// U-Net.
pub const UNET: &str = "
block double(c) { conv c 3 pad=1 -> batchnorm -> relu -> conv c 3 pad=1 -> batchnorm -> relu }
net UNet(3x256x256, classes=21) {
    double 64 as enc1 -> maxpool 2
    double 128 as enc2 -> maxpool 2
    double 256 as enc3 -> maxpool 2
    double 512 as enc4 -> maxpool 2
    double 1024 as middle
    convt 512 2 stride=2 -> concat enc4 -> double 512
    convt 256 2 stride=2 -> concat enc3 -> double 256
    convt 128 2 stride=2 -> concat enc2 -> double 128
    convt 64 2 stride=2 -> concat enc1 -> double 64
    conv classes 1
}";

/// SSD on VGG-16, with a head for places and one for classes on each of six maps.
pub const SSD: &str = "
block vgg(n, c) { repeat n { conv c 3 pad=1 -> relu } }
net SSD(3x300x300, classes=21) {
    vgg 2 64 -> maxpool 2
    vgg 2 128 -> maxpool 2
    vgg 3 256 -> maxpool 2 ceil=yes
    vgg 3 512 as conv4_3
    head loc1 { l2norm -> conv 16 3 pad=1 }
    head conf1 { conv 4*classes 3 pad=1 }
    maxpool 2 -> vgg 3 512 -> maxpool 3 stride=1 pad=1
    conv 1024 3 pad=6 dilation=6 -> relu -> conv 1024 1 -> relu as fc7
    head loc2 { conv 24 3 pad=1 }
    head conf2 { conv 6*classes 3 pad=1 }
    conv 256 1 -> relu -> conv 512 3 stride=2 pad=1 -> relu as conv8_2
    head loc3 { conv 24 3 pad=1 }
    head conf3 { conv 6*classes 3 pad=1 }
    conv 128 1 -> relu -> conv 256 3 stride=2 pad=1 -> relu as conv9_2
    head loc4 { conv 24 3 pad=1 }
    head conf4 { conv 6*classes 3 pad=1 }
    conv 128 1 -> relu -> conv 256 3 -> relu as conv10_2
    head loc5 { conv 16 3 pad=1 }
    head conf5 { conv 4*classes 3 pad=1 }
    conv 128 1 -> relu -> conv 256 3 -> relu as conv11_2
    head loc6 { conv 16 3 pad=1 }
    conv 4*classes 3 pad=1 as conf6
}";

/// A PatchGAN discriminator with two inputs.
pub const PATCHGAN: &str = "
net PatchGAN(photo: 3x256x256, label: 3x256x256) {
    concat photo label
    conv 64 4 stride=2 pad=1 -> leakyrelu 0.2
    conv 128 4 stride=2 pad=1 bias=no -> batchnorm -> leakyrelu 0.2
    conv 256 4 stride=2 pad=1 bias=no -> batchnorm -> leakyrelu 0.2
    conv 512 4 pad=1 bias=no -> batchnorm -> leakyrelu 0.2
    conv 1 4 pad=1
}";

/// FractalNet with four columns.
pub const FRACTALNET: &str = "
block fractal(n, c) {
    if n == 1 { conv c 3 pad=1 -> batchnorm -> relu }
    else { mean { | conv c 3 pad=1 -> batchnorm -> relu
                  | fractal n-1 c -> fractal n-1 c } }
}
net FractalNet(3x32x32, classes=10) {
    fractal 4 64 -> maxpool 2
    fractal 4 128 -> maxpool 2
    fractal 4 256 -> maxpool 2
    fractal 4 512 -> maxpool 2
    fractal 4 512 -> maxpool 2
    flatten -> linear classes
}";

/// A residual net that is small enough for its blocks to be drawn in place.
pub const SMALL_RESIDUAL: &str = "
net Small(3x32x32) {
    conv 16 3 pad=1 -> relu
    skip add { conv 16 3 pad=1 -> relu -> conv 16 3 pad=1 }
    relu
    skip add { conv 32 3 stride=2 pad=1 -> relu -> conv 32 3 pad=1 } via { conv 32 1 stride=2 }
    relu
    globalavgpool -> linear 10
}";

/// All of them, with their names.
pub const ALL: [(&str, &str); 9] = [
    ("ResNet34", RESNET34),
    ("ResNet101", RESNET101),
    ("GoogLeNet", GOOGLENET),
    ("DenseNet121", DENSENET121),
    ("UNet", UNET),
    ("SSD", SSD),
    ("PatchGAN", PATCHGAN),
    ("FractalNet", FRACTALNET),
    ("Small", SMALL_RESIDUAL),
];

/// An inception block in place.
pub const INCEPTION: &str = "
net Inception(192x28x28) {
    concat {
        | conv 64 1 -> relu
        | conv 96 1 -> relu -> conv 128 3 pad=1 -> relu
        | conv 16 1 -> relu -> conv 32 5 pad=2 -> relu
        | maxpool 3 stride=1 pad=1 -> conv 32 1 -> relu
    }
}";

/// A network of so many layers, none of which is like the one before it.
pub fn long(layers: usize) -> String {
    let channels = |layer: usize| 1 + layer % 7 * (1 + layer % 11);
    let layers = (0..layers).map(|layer| format!("conv {} 1\n", channels(layer)));
    format!("net Long(1x4x4) {{\n{}}}", layers.collect::<String>())
}
