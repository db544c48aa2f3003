//! Pools.

use dfdx::tensor::Cpu;

use super::super::{Pooled, Pools, Windows};
use super::average_pool::{self, AveragePool};
use super::max_pool::{self, MaxPool};
use super::memory::{Places, View, ViewMut};
use crate::ops::planes::Planes;

impl Pools for Cpu {
    fn max_pool(x: View<'_>, windows: &Windows, y: ViewMut<'_>, places: &mut Places) {
        MaxPool::new(windows).forward(x.0, y.0, &mut places.0);
    }

    fn max_pool_gradient(dy: View<'_>, places: &Places, sizes: Pooled, dx: ViewMut<'_>) {
        max_pool::add_gradient(dy.0, &places.0, sizes, dx.0);
    }

    fn max_unpool(x: View<'_>, places: &Places, sizes: Pooled, y: ViewMut<'_>) {
        max_pool::put_back(x.0, &places.0, sizes, y.0);
    }

    fn max_unpool_gradient(dy: View<'_>, places: &Places, sizes: Pooled, dx: ViewMut<'_>) {
        max_pool::add_gradient_of_put_back(dy.0, &places.0, sizes, dx.0);
    }

    fn average_pool(x: View<'_>, windows: &Windows, count_pad: bool, y: ViewMut<'_>) {
        AveragePool::new(windows, count_pad).forward(x.0, y.0);
    }

    fn average_pool_gradient(dy: View<'_>, windows: &Windows, count_pad: bool, dx: ViewMut<'_>) {
        AveragePool::new(windows, count_pad).add_gradient(dy.0, dx.0);
    }

    fn global_max_pool(x: View<'_>, planes: Planes, y: ViewMut<'_>, places: &mut Places) {
        max_pool::largest_of_planes(x.0, planes, y.0, &mut places.0);
    }

    fn global_average_pool(x: View<'_>, planes: Planes, y: ViewMut<'_>) {
        average_pool::means(x.0, planes, y.0);
    }

    fn global_average_pool_gradient(dy: View<'_>, planes: Planes, dx: ViewMut<'_>) {
        average_pool::add_gradient_of_means(dy.0, planes, dx.0);
    }
}
