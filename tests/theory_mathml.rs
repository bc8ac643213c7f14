//! The typeset formulas are well-formed MathML Core: every element known, closed, and with the children it needs.

use headroom::theory::FORMULAS;

/// The elements that the formulas use, and how many children each must have (`None`: any number, or text).
const ELEMENTS: [(&str, Option<usize>); 17] = [
    ("math", None),
    ("mi", None),
    ("mn", None),
    ("mo", None),
    ("mtext", None),
    ("mrow", None),
    ("msqrt", None),
    ("mspace", Some(0)),
    ("mfrac", Some(2)),
    ("msup", Some(2)),
    ("msub", Some(2)),
    ("msubsup", Some(3)),
    ("munder", Some(2)),
    ("mover", Some(2)),
    ("munderover", Some(3)),
    ("mroot", Some(2)),
    ("mpadded", None),
];

/// Elements that hold text; all others hold elements only.
const TOKENS: [&str; 4] = ["mi", "mn", "mo", "mtext"];

/// What is wrong with `formula`, if anything.
fn fault(formula: &str) -> Option<String> {
    // The open elements and the children that each has so far.
    let mut open: Vec<(String, usize)> = Vec::new();
    let mut rest = formula;
    while !rest.is_empty() {
        let Some(after) = rest.strip_prefix('<') else {
            let end = rest.find('<').unwrap_or(rest.len());
            let text = &rest[..end];
            match open.last_mut() {
                Some((name, children)) if TOKENS.contains(&name.as_str()) && !text.contains('>') => *children += 1,
                _ => return Some(format!("text “{text}” outside a token")),
            }
            if text.matches('&').count() != text.matches("&gt;").count() + text.matches("&lt;").count() {
                return Some(format!("unknown entity in “{text}”"));
            }
            rest = &rest[end..];
            continue;
        };
        let end = after.find('>')?;
        let tag = &after[..end];
        rest = &after[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            let Some((opened, children)) = open.pop() else { return Some(format!("</{name}> closes nothing")) };
            if opened != name {
                return Some(format!("</{name}> closes <{opened}>"));
            }
            let wanted = ELEMENTS.iter().find(|(element, _)| *element == name).and_then(|(_, wanted)| *wanted);
            if wanted.is_some_and(|wanted| wanted != children) {
                return Some(format!("<{name}> has {children} children"));
            }
            if children == 0 {
                return Some(format!("<{name}> is empty"));
            }
            continue;
        }
        let empty = tag.ends_with('/');
        let name = tag.trim_end_matches('/').split(' ').next().unwrap_or_default();
        if !ELEMENTS.iter().any(|(element, _)| *element == name) {
            return Some(format!("<{name}> is not known"));
        }
        match open.last_mut() {
            None if name != "math" => return Some(format!("<{name}> outside <math>")),
            Some((parent, _)) if TOKENS.contains(&parent.as_str()) => {
                return Some(format!("<{name}> inside <{parent}>"));
            }
            Some((_, children)) => *children += 1,
            None => {}
        }
        if !empty {
            open.push((name.to_owned(), 0));
        }
    }
    open.pop().map(|(name, _)| format!("<{name}> is not closed"))
}

#[test]
fn every_formula_is_well_formed() {
    for of in FORMULAS {
        assert!(of.mathml.starts_with("<math"), "{}", of.subject);
        assert_eq!(fault(&of.mathml), None, "{}", of.subject);
    }
}

#[test]
fn a_fault_is_found() {
    for faulty in [
        "<math><mi>x</mi>",
        "<math><mfrac><mi>x</mi></mfrac></math>",
        "<math><mi>x</mn></math>",
        "<math>x</math>",
        "<math><mrow></mrow></math>",
        "<math><mo>&rho;</mo></math>",
        "<math><mfenced><mi>x</mi></mfenced></math>",
        "<mi>x</mi>",
    ] {
        assert!(fault(faulty).is_some(), "{faulty}");
    }
}

#[test]
fn every_subject_is_listed_once() {
    let mut names: Vec<&str> = FORMULAS.iter().map(|of| of.subject).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), FORMULAS.len());
}
