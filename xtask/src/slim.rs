//! What is known of the module and no optimiser can find out: functions that are never called, and two
//! that do the same.

use anyhow::{Context, Result, ensure};
use walrus::{FunctionBuilder, FunctionId, FunctionKind, LocalId, Module};

/// Rewrites the functions in place; what only they called is for `wasm-opt` to drop. Needs their names.
pub fn slim(module: &mut Module) -> Result<()> {
    drop_debug(module)?;
    square_by_multiplying(module)
}

/// The algorithms of `ring` are objects of traits that ask for `Debug`, so their tables refer to it.
/// Nobody calls it: clippy denies `{:?}` in the crate. Should one come in all the same, it traps.
fn drop_debug(module: &mut Module) -> Result<()> {
    let named = |name: &String| name.contains("fmt::Debug>::fmt");
    let found: Vec<FunctionId> = module
        .funcs
        .iter_local()
        .map(|(id, _)| id)
        .filter(|id| name_of(module, *id).is_some_and(named))
        .collect();
    ensure!(!found.is_empty(), "the module has no function `Debug::fmt` to drop");
    for function in found {
        let (mut builder, parameters) = body_for(module, function);
        builder.func_body().unreachable();
        replace(module, function, builder, parameters);
    }
    Ok(())
}

/// The generated arithmetic of P-256 has a squaring that is a copy of the multiplication, with as many
/// steps: 5 kB that are no faster.
fn square_by_multiplying(module: &mut Module) -> Result<()> {
    let (multiply, square) = (find(module, "fiat_p256_mul")?, find(module, "fiat_p256_square")?);
    let (mut builder, parameters) = body_for(module, square);
    let [result, factor] = parameters[..] else {
        anyhow::bail!("`fiat_p256_square` has not two parameters");
    };
    builder.func_body().local_get(result).local_get(factor).local_get(factor).call(multiply);
    replace(module, square, builder, parameters);
    Ok(())
}

fn name_of(module: &Module, function: FunctionId) -> Option<&String> {
    module.funcs.get(function).name.as_ref()
}

fn find(module: &Module, name: &str) -> Result<FunctionId> {
    module.funcs.by_name(name).with_context(|| format!("the module has no function `{name}`"))
}

/// An empty body for `function`, and its parameters.
fn body_for(module: &mut Module, function: FunctionId) -> (FunctionBuilder, Vec<LocalId>) {
    let (parameters, results) = module.types.params_results(module.funcs.get(function).ty());
    let (parameters, results) = (parameters.to_vec(), results.to_vec());
    let builder = FunctionBuilder::new(&mut module.types, &parameters, &results);
    (builder, parameters.into_iter().map(|parameter| module.locals.add(parameter)).collect())
}

fn replace(module: &mut Module, function: FunctionId, builder: FunctionBuilder, parameters: Vec<LocalId>) {
    module.funcs.get_mut(function).kind = FunctionKind::Local(builder.local_func(parameters));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_is_an_error() {
        assert!(drop_debug(&mut Module::default()).is_err());
        assert!(square_by_multiplying(&mut Module::default()).is_err());
    }
}
