//! A program with pieces in functions of their own does what it did, whatever is taken out. Random programs (wasm-smith) and an
//! interpreter (wasmi) say so.

use super::super::profile::{self, List};
use super::{functions, outlined, with_calls};
use anyhow::{Context, Result};
use wasm_encoder::{NameMap, NameSection};
use wasmi::{Engine, Instance, Linker, Module, Store, Val, ValType};

/// A generator of numbers that are as good as random here (SplitMix64, as in the engine).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

/// A valid program that ends, with names for its functions; one that may stop with a reason, or one that does not.
fn random_program(numbers: &mut Numbers, stops: bool) -> Result<Vec<u8>> {
    let bytes: Vec<u8> = (0..600).flat_map(|_| numbers.next().to_le_bytes()).collect();
    let config = wasm_smith::Config {
        disallow_traps: !stops,
        max_imports: 0,
        min_funcs: 1,
        max_funcs: 4,
        min_memories: 1,
        max_memories: 1,
        max_memory32_bytes: 1 << 20,
        min_tables: 1,
        max_tables: 1,
        max_instructions: 400,
        max_aliases: 0,
        max_components: 0,
        export_everything: true,
        generate_custom_sections: false,
        exceptions_enabled: false,
        gc_enabled: false,
        memory64_enabled: false,
        reference_types_enabled: false,
        relaxed_simd_enabled: false,
        simd_enabled: false,
        tail_call_enabled: false,
        threads_enabled: false,
        custom_page_sizes_enabled: false,
        wide_arithmetic_enabled: false,
        extended_const_enabled: false,
        shared_everything_threads_enabled: false,
        ..wasm_smith::Config::default()
    };
    let mut module = wasm_smith::Module::new(config, &mut arbitrary::Unstructured::new(&bytes))?;
    module.ensure_termination(1_000)?;
    let mut program = module.to_bytes();
    let mut map = NameMap::new();
    for (function, _) in functions(&program)? {
        map.append(function, &format!("function {function}"));
    }
    let mut names = NameSection::new();
    names.functions(&map);
    wasm_encoder::Section::append_to(&names, &mut program);
    Ok(program)
}

/// Everything that can be seen of a program: what each function returns for some arguments, or why it stops, and what is then in the
/// memory and in the globals.
fn seen(program: &[u8]) -> Result<(Vec<String>, Option<Vec<u8>>)> {
    // A piece needs a frame of its own: whether there is room for that is not the question here.
    let mut config = wasmi::Config::default();
    config.set_max_recursion_depth(100_000);
    config.set_max_stack_height(1 << 24);
    // A program that is broken may not end.
    config.consume_fuel(true);
    let engine = Engine::new(&config);
    let mut store = Store::new(&engine, ());
    store.set_fuel(100_000_000)?;
    let module = Module::new(&engine, program)?;
    let mut seen = Vec::new();
    let instance: Instance = match Linker::new(&engine).instantiate_and_start(&mut store, &module) {
        Ok(instance) => instance,
        // Segments that lie outside the memory, or a start that stops.
        Err(_) => return Ok((vec!["it does not start".to_owned()], None)),
    };
    let names: Vec<String> = module.exports().map(|export| export.name().to_owned()).collect();
    for name in names.iter().filter(|name| *name != profile::RAN) {
        let Some(function) = instance.get_func(&store, name) else { continue };
        let kind = function.ty(&store);
        for bits in [0_u32, 1, 7, u32::MAX] {
            let value = |kind: &ValType| match kind {
                ValType::I64 => Val::I64(i64::from(bits.cast_signed())),
                ValType::F32 => Val::F32(wasmi::F32::from_bits(bits)),
                ValType::F64 => Val::F64(wasmi::F64::from_bits(u64::from(bits) << 32)),
                _ => Val::I32(bits.cast_signed()),
            };
            let arguments: Vec<Val> = kind.params().iter().map(value).collect();
            let mut results: Vec<Val> = kind.results().iter().map(|kind| Val::default(*kind)).collect();
            seen.push(match function.call(&mut store, &arguments, &mut results) {
                Ok(()) => format!("{name}({bits:x}) = {results:?}"),
                Err(reason) => format!("{name}({bits:x}): {reason}"),
            });
        }
    }
    for name in &names {
        if let Some(global) = instance.get_global(&store, name) {
            seen.push(format!("{name} = {:?}", global.get(&store)));
        }
    }
    let memory = names.iter().filter(|name| *name != profile::RAN).find_map(|name| instance.get_memory(&store, name));
    let mix = |sum: u64, byte: &u8| sum.wrapping_mul(31).wrapping_add(u64::from(*byte));
    seen.push(format!("memory: {:?}", memory.map(|memory| memory.data(&store).iter().fold(7, mix))));
    Ok((seen, instance.get_memory(&store, profile::RAN).map(|ran| ran.data(&store).to_vec())))
}

#[test]
fn a_program_with_pieces_in_functions_of_their_own_does_what_it_did() -> Result<()> {
    let mut numbers = Numbers(1);
    let (mut pieces, mut different) = (0, 0);
    for round in 0..160 {
        let program = random_program(&mut numbers, round % 2 == 0)?;
        let (expected, _) = seen(&program)?;
        // What really ran, and anything at random.
        let (noting, key) = profile::noting(&program)?;
        let (noted, ran) = seen(&noting)?;
        assert_eq!(noted, expected, "round {round}: noting changes something");
        let mut lists: Vec<List> = ran.and_then(|ran| profile::list(&key, &ran).ok()).into_iter().collect();
        for often in [2, 8] {
            let mut ran = Vec::new();
            for (_, _, leaders) in &key {
                ran.extend((0..*leaders).map(|leader| u8::from(leader == 0 || !numbers.next().is_multiple_of(often))));
            }
            lists.extend(profile::list(&key, &ran));
        }
        let count = functions(&program)?.len();
        for list in lists {
            // As it is done, and with every piece that there is.
            for (outlined, changed) in [outlined(&program, &list)?, with_calls(&program, &list, |_, _| true)?] {
                assert_eq!(changed, 0, "round {round}: the list is of this program");
                pieces += functions(&outlined).with_context(|| format!("round {round}"))?.len() - count;
                different += usize::from(expected.iter().any(|line| line.contains('=')));
                assert_eq!(seen(&outlined)?.0, expected, "round {round}");
            }
        }
    }
    // Otherwise nothing has been tested.
    assert!(pieces > 1_500 && different > 300, "{pieces} pieces in {different} programs");
    Ok(())
}

/// Everything that a piece can hand over: locals of all types that are changed and needed afterwards, behind a block, at the head of a
/// loop, in an other arm; values that a branch or a return takes along; several ways out at once.
const HANDING_OVER: &str = r#"(module
    (memory (export "memory") 1)
    (global $kept (export "kept") (mut i64) (i64.const 0))
    (func $walk (export "walk") (param $n i32) (result i64)
        (local $i i32) (local $a i64) (local $b f64) (local $c i32) (local $d f32) (local $e i32) (local $f i32)
        (local.set $n (i32.and (local.get $n) (i32.const 63)))
        (local.set $a (i64.const 3))
        (block $done
            (loop $again
                (br_if $done (i32.ge_u (local.get $i) (local.get $n)))
                (local.set $i (i32.add (local.get $i) (i32.const 1)))
                (block $both
                    (block $third
                        (block $second
                            (block $first
                                (br_table $first $second $third $again $both
                                    (i32.rem_u (i32.add (local.get $i) (local.get $c)) (i32.const 6))))
                            (local.set $a (i64.mul (local.get $a) (i64.const 5)))
                            (local.set $c (i32.add (local.get $c) (i32.const 1)))
                            (br_if $again (i64.lt_u (local.get $a) (i64.const 1000)))
                            (br $both))
                        (local.set $b (f64.add (local.get $b) (f64.convert_i32_u (local.get $i))))
                        (if (i32.and (local.get $i) (i32.const 1)) (then (local.set $e (i32.const 77))))
                        (local.set $d (f32.demote_f64 (local.get $b)))
                        (if (f64.gt (local.get $b) (f64.const 100))
                            (then
                                (local.set $b (f64.sub (local.get $b) (f64.const 90)))
                                (if (i32.gt_u (local.get $c) (i32.const 9))
                                    (then (return (i64.xor (local.get $a) (i64.trunc_sat_f64_s (local.get $b)))))))
                            (else
                                (local.set $c (i32.xor (local.get $c) (i32.const 2)))
                                (br_if $done (i32.eq (local.get $i) (i32.const 40))))))
                    (local.set $c (i32.add (local.get $c)
                        (block $value (result i32)
                            (drop (br_if $value (i32.const 3) (i32.and (local.get $i) (i32.const 4))))
                            (local.set $d (f32.add (local.get $d) (f32.const 0.5)))
                            (br_if $again (f32.gt (local.get $d) (f32.const 30)))
                            (i32.trunc_sat_f32_u (local.get $d))))))
                (local.set $a (i64.add (local.get $a) (i64.extend_i32_u (local.get $c))))
                (if (i32.eq (i32.and (local.get $i) (i32.const 7)) (i32.const 5))
                    (then (local.set $f (i32.add (local.get $f) (i32.const 1)))))
                (br $again)))
        (local.set $c (i32.add (i32.add (local.get $c) (local.get $e)) (local.get $f)))
        (global.set $kept (i64.add (global.get $kept) (local.get $a)))
        (i64.add (i64.add (local.get $a) (i64.trunc_sat_f64_s (local.get $b)))
            (i64.add (i64.extend_i32_u (local.get $c)) (i64.trunc_sat_f32_s (local.get $d)))))
    (func (export "all") (result i64) (local $sum i64) (local $n i32)
        (loop $again
            (local.set $sum (i64.add (i64.mul (local.get $sum) (i64.const 31)) (call $walk (local.get $n))))
            (local.set $n (i32.add (local.get $n) (i32.const 1)))
            (br_if $again (i32.lt_u (local.get $n) (i32.const 64))))
        (local.get $sum)))"#;

#[test]
fn what_a_piece_changes_is_handed_over_whatever_is_taken_out() -> Result<()> {
    let program = wat::parse_str(HANDING_OVER)?;
    let (expected, _) = seen(&program)?;
    let (_, key) = profile::noting(&program)?;
    let leaders: usize = key.iter().map(|(_, _, leaders)| leaders).sum();
    assert!(leaders > 20, "{leaders}");
    let (mut numbers, mut most) = (Numbers(2), 0);
    // Each leader alone, each but one, and many sets.
    let one = (0..leaders).map(|one| (0..leaders).map(|leader| u8::from(leader != one)).collect::<Vec<u8>>());
    let mut sets: Vec<Vec<u8>> = one.collect();
    sets.extend((0..leaders).map(|one| (0..leaders).map(|leader| u8::from(leader == one)).collect()));
    sets.extend((0..600).map(|round| (0..leaders).map(|_| u8::from(numbers.next() % (2 + round % 7) != 0)).collect()));
    for mut set in sets {
        // Both functions have run, whatever else has not.
        let starts = key.iter().scan(0, |at, (_, _, leaders)| Some(core::mem::replace(at, *at + leaders)));
        starts.for_each(|start| set[start] = 1);
        let (outlined, _) = with_calls(&program, &profile::list(&key, &set)?, |_, _| true)?;
        most = most.max(functions(&outlined)?.len() - 2);
        assert_eq!(seen(&outlined)?.0, expected, "{set:?}");
    }
    assert!(most >= 5, "at most {most} pieces were taken out");
    Ok(())
}
