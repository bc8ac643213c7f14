//! A function's body as instructions, with what has to be known of each to take some of them out.
//!
//! WebAssembly is structured: within one block, instructions follow each other, and control comes to a place in it only from
//! above, or from the end of a block that stands in it. So whatever follows an instruction that has not run, up to the end of
//! its block, has not run either.
//!
//! Read next: `outline.rs`, which takes out what has not run; `liveness.rs`, what it has to hand over.

use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::ops::Range;
use wasmparser::{BlockType, FrameKind, FuncToValidate, FunctionBody, Operator, ValType, ValidatorResources};

/// One instruction.
pub struct Step<'a> {
    pub operator: Operator<'a>,
    /// Its bytes, counted from the start of the body.
    pub bytes: Range<usize>,
    /// Whether control can come here at all, and nothing lies on the stack but what lay there when its block began.
    pub plain: bool,
    /// Whether control can come here at all.
    pub reachable: bool,
    /// Where the block that it stands in ends: the place of its `end` or `else`.
    pub closed_by: usize,
    /// The labels of the blocks round it, the innermost first; the last is that of the function.
    pub labels: Vec<Label>,
}

/// Where a branch can lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label {
    pub is_loop: bool,
    pub block: BlockType,
    /// The place of the instruction that opens the block; none for the function itself.
    pub opened_by: Option<usize>,
}

/// The body of a function.
pub struct Body<'a> {
    /// Parameters, then the other locals.
    pub locals: Vec<ValType>,
    /// How many of them are parameters.
    pub parameters: usize,
    /// Bytes that declare the locals.
    pub declared: Range<usize>,
    pub steps: Vec<Step<'a>>,
    /// Where control may arrive otherwise than from the instruction before, or not go on to: at the start, behind a branch that is taken or not,
    /// behind the end of a block. Compilers call these leaders.
    pub leaders: Vec<usize>,
    /// The place of the `end` of the block that is opened at a place.
    ends: BTreeMap<usize, usize>,
}

impl<'a> Body<'a> {
    /// Reads it.
    ///
    /// # Errors
    /// When it is not valid, or has what rustc does not write (exceptions).
    pub fn read(function: FuncToValidate<ValidatorResources>, body: &FunctionBody<'a>) -> Result<Self> {
        let mut validator = function.into_validator(wasmparser::FuncValidatorAllocations::default());
        let origin = body.range().start;
        let parameters = validator.len_locals() as usize;
        let mut reader = body.get_binary_reader();
        validator.read_locals(&mut reader)?;
        let locals = (0..validator.len_locals()).map(|local| validator.get_local_type(local));
        let locals = locals.collect::<Option<Vec<ValType>>>().context("a local has no type")?;
        let declared = 0..usize::try_from(reader.original_position() - origin)?;
        let mut operators = wasmparser::OperatorsReader::new(reader);
        let mut steps: Vec<Step> = Vec::new();
        let (mut leaders, mut ends) = (vec![0], BTreeMap::new());
        let (mut labels, mut open): (Vec<Label>, Vec<Vec<usize>>) = (Vec::new(), Vec::new());
        while !operators.eof() {
            let start = usize::try_from(operators.original_position() - origin)?;
            let operator = operators.read()?;
            let end = usize::try_from(operators.original_position() - origin)?;
            let frame = validator.get_control_frame(0).context("an instruction behind the end")?;
            let (reachable, plain) =
                (!frame.unreachable, validator.operand_stack_height() as usize == frame.height && !frame.unreachable);
            if labels.is_empty() {
                labels.push(Label { is_loop: false, block: frame.block_type, opened_by: None });
                open.push(Vec::new());
            }
            let place = steps.len();
            let around = labels.clone();
            if let Some(open) = open.last_mut() {
                open.push(place);
            }
            match &operator {
                Operator::TryTable { .. } | Operator::Try { .. } => bail!("a function catches exceptions"),
                Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => open.push(Vec::new()),
                Operator::Else | Operator::End => {
                    for inside in open.pop().unwrap_or_default() {
                        if let Some(step) = steps.get_mut(inside) {
                            step.closed_by = place;
                        }
                    }
                    if matches!(operator, Operator::Else) {
                        open.push(Vec::new());
                    }
                }
                _ => {}
            }
            if matches!(operator, Operator::BrIf { .. } | Operator::If { .. } | Operator::Else | Operator::End) {
                leaders.push(place + 1);
            }
            validator.op(origin + u64::try_from(start)?, &operator)?;
            match &operator {
                Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => {
                    let frame = validator.get_control_frame(0).context("a block without a frame")?;
                    let (is_loop, block) = (frame.kind == FrameKind::Loop, frame.block_type);
                    labels.insert(0, Label { is_loop, block, opened_by: Some(place) });
                }
                Operator::End => {
                    if let Some(opened_by) = labels.remove(0).opened_by {
                        ends.insert(opened_by, place);
                    }
                }
                _ => {}
            }
            steps.push(Step { operator, bytes: start..end, plain, reachable, closed_by: place, labels: around });
        }
        // Behind the function's own end nothing comes.
        leaders.retain(|&leader| leader < steps.len());
        Ok(Self { locals, parameters, declared, steps, leaders, ends })
    }

    /// Where control is after a branch to `label`: before the instruction at this place, or at an `end`, which does nothing.
    pub fn target(&self, label: &Label) -> usize {
        match label.opened_by {
            Some(opened_by) if label.is_loop => opened_by,
            Some(opened_by) => self.ends.get(&opened_by).copied().unwrap_or(opened_by),
            None => self.steps.len() - 1,
        }
    }

    /// A number for the instructions without what they refer to, which differs from build to build: by it a function is known again.
    pub fn shape(&self) -> u32 {
        let mut shape: u32 = 0x811c_9dc5;
        for step in &self.steps {
            // FNV-1a over the names of the instructions.
            let text = format!("{:?}", step.operator);
            let name = text.split([' ', '(']).next().unwrap_or_default();
            for byte in name.bytes() {
                shape = (shape ^ u32::from(byte)).wrapping_mul(0x0100_0193);
            }
        }
        shape
    }
}
