//! Programs that are cut behave like the whole. A small interpreter (wasmi) runs both.

use super::{FETCH, split};
use anyhow::{Context, Result};
use std::sync::{Arc, Mutex};
use wasmi::{Caller, Engine, Extern, Instance, Linker, Module, Store};

/// `twice` and `sum` are called directly, `square` through the table; `square` calls back into the first part (`add`), and
/// `count` and the memory are shared. What fetches the rest has a helper, `ask`, that no list names. `spare` is called by nobody.
const PROGRAM: &str = r#"(module
    (import "env" "fetch" (func $host))
    (table $functions 3 3 funcref)
    (memory (export "memory") 1)
    (global $count (mut i32) (i32.const 0))
    (elem (i32.const 1) $square $add)
    (type $unary (func (param i32) (result i32)))
    (type $binary (func (param i32 i32) (result i32)))
    (data (i32.const 16) "\07")
    (func $fetch_rest (export "fetch_rest") (call $ask))
    (func $ask (call $host))
    (func $main (export "main") (param i32) (result i32)
        (call $add (call $twice (local.get 0)) (call_indirect (type $unary) (local.get 0) (i32.const 1))))
    (func $add (param i32 i32) (result i32)
        (global.set $count (i32.add (global.get $count) (i32.const 1)))
        (i32.add (local.get 0) (local.get 1)))
    (func $twice (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2)))
    (func $square (param i32) (result i32)
        (call $add (i32.mul (local.get 0) (local.get 0)) (i32.load8_u (i32.const 16))))
    (func $counted (export "counted") (result i32) (global.get $count))
    (func $spare (param i64) (result i64) (local i64) (local.set 1 (local.get 0)) (local.get 1)))"#;

/// What a test knows of a run.
#[derive(Default)]
struct Host {
    rest: Option<Module>,
    fetched: u32,
    /// The first part, once it is there.
    first: Arc<Mutex<Option<Instance>>>,
}

/// Runs `main(argument)` and `counted()`; also says how often the rest was fetched.
fn run(first: &[u8], rest: Option<&[u8]>, arguments: &[i32]) -> Result<(Vec<i32>, i32, u32)> {
    let engine = Engine::default();
    let rest = rest.map(|rest| Module::new(&engine, rest)).transpose()?;
    let mut store = Store::new(&engine, Host { rest, ..Host::default() });
    let mut linker = Linker::new(&engine);
    linker.func_wrap("env", "fetch", |mut caller: Caller<'_, Host>| -> Result<(), wasmi::Error> {
        caller.data_mut().fetched += 1;
        let module = caller.data().rest.clone().ok_or_else(|| wasmi::Error::new("there is no rest"))?;
        let slot = Arc::clone(&caller.data().first);
        let first = slot.lock().ok().and_then(|first| *first).ok_or_else(|| wasmi::Error::new("not started"))?;
        let names: Vec<String> = module.imports().map(|import| import.name().to_owned()).collect();
        let mut exports: Linker<Host> = Linker::new(caller.engine());
        for name in names {
            let export = first.get_export(&caller, &name).ok_or_else(|| wasmi::Error::new(name.clone()))?;
            let export: Extern = export;
            exports.define("", &name, export)?;
        }
        exports.instantiate_and_start(&mut caller, &module)?;
        Ok(())
    })?;
    let module = Module::new(&engine, first)?;
    let instance = linker.instantiate_and_start(&mut store, &module)?;
    *store.data().first.lock().ok().context("locked")? = Some(instance);
    let main = instance.get_typed_func::<i32, i32>(&store, "main")?;
    let results = arguments.iter().map(|argument| main.call(&mut store, *argument)).collect::<Result<_, _>>()?;
    let counted = instance.get_typed_func::<(), i32>(&store, "counted")?.call(&mut store, ())?;
    Ok((results, counted, store.data().fetched))
}

#[test]
fn a_program_in_two_parts_does_what_the_whole_does_whatever_is_cut_off() -> Result<()> {
    let program = wat::parse_str(PROGRAM)?;
    let (whole, counted, _) = run(&program, None, &[3, 5])?;
    assert_eq!(whole, [6 + 9 + 7, 10 + 25 + 7]);
    let names = ["main", "add", "twice", "square", "counted", "spare"];
    // Every way to divide the six functions; dividing off nothing is refused.
    for chosen in 0..(1_u32 << names.len()) - 1 {
        let is_first =
            |name: &str| names.iter().position(|other| *other == name).is_some_and(|bit| chosen & (1 << bit) != 0);
        let parts = split(&program, None, is_first)?;
        let (results, count, fetched) = run(&parts.first, Some(&parts.rest), &[3, 5])?;
        assert_eq!((results, count), (whole.clone(), counted), "first: {chosen:b}");
        // `spare` is never called; everything else is.
        let needed = chosen & 0b1_1111 != 0b1_1111;
        assert_eq!(fetched, u32::from(needed), "first: {chosen:b}");
        assert_eq!(parts.counts, (2 + chosen.count_ones() as usize, 6 - chosen.count_ones() as usize));
    }
    Ok(())
}

#[test]
fn what_cannot_be_cut_is_refused() -> Result<()> {
    let program = wat::parse_str(PROGRAM)?;
    assert!(
        split(&program, None, |_| true).err().context("cut off nothing")?.to_string().contains("nothing to cut off")
    );
    let without = wat::parse_str(PROGRAM.replace(FETCH, "other"))?;
    assert!(split(&without, None, |_| false).err().context("no way to fetch")?.to_string().contains(FETCH));
    assert!(split(b"no module", None, |_| false).is_err());
    Ok(())
}

#[test]
fn a_program_that_notes_says_which_functions_ran() -> Result<()> {
    let program = wat::parse_str(PROGRAM)?;
    let (noting, key) = super::profile::noting(&program)?;
    let engine = Engine::default();
    let mut store = Store::new(&engine, ());
    let mut linker = Linker::new(&engine);
    linker.func_wrap("env", "fetch", || {})?;
    let instance = linker.instantiate_and_start(&mut store, &Module::new(&engine, &noting)?)?;
    instance.get_typed_func::<i32, i32>(&store, "main")?.call(&mut store, 2)?;
    let ran = instance.get_memory(&store, super::profile::RAN).context("nothing is noted")?;
    let list = super::profile::list(&key, ran.data(&store))?;
    let names = ["add", "counted", "main", "spare", "square", "twice"];
    assert_eq!(names.map(|name| list.has(name)), [true, false, true, false, true, true]);
    // What is written down is read again.
    assert_eq!(super::profile::List::read(&list.text())?, list);
    Ok(())
}

#[test]
fn imports_get_short_names_in_the_glue_and_in_the_module_alike() -> Result<()> {
    let program = wat::parse_str(
        r#"(module (import "./x_bg.js" "__wbg_now_0123456789abcdef" (func)) (import "./x_bg.js" "kept" (func)))"#,
    )?;
    let glue = "/**\n         * Says.\n         *\n         */\n        __wbg_now_0123456789abcdef: function() {},\n        kept: one, or\n        kept: another";
    let (glue, module) = super::short_imports(glue, &program)?;
    assert_eq!(glue, "i0: function() {},\nkept: one, or\nkept: another\n");
    let names: Vec<String> = Module::new(&Engine::default(), &module)?.imports().map(|i| i.name().to_owned()).collect();
    assert_eq!(names, ["i0", "kept"]);
    Ok(())
}
