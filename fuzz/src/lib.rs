//! What the fuzz targets check, so that it can be run without libFuzzer, too.

pub mod random;
pub mod rsa;
