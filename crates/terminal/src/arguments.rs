//! The flags of the terminal, made from the declarations of the lab that the text names.
//!
//! `--rate 1200/s` is `rate=1200/s` in the text, `--b.choices 3` is `b.choices=3`, `--at 20s:kill:3` may repeat. A
//! flag replaces what the text says.

use clap::{Arg, ArgAction, ArgMatches, Command};
use headroom::basics::{Declaration, Scope};
use headroom::labs::{self, Lab};
use headroom::scenario::{MOST_LANES, Scenario, lane_letter};

/// The keys of a scenario that are no parameter of a lab.
const COMMON: [(&str, &str); 4] = [
    ("policy", "Policies of the lanes, separated by commas"),
    ("seed", "Seed of everything random"),
    ("duration", "How long the run is, as 60s"),
    ("warm-up", "Requests that arrive before are left out of the figures, as 5s"),
];

/// The whole command line; flags of parameters are those of the lab that `words` name.
pub fn command(words: &[String]) -> Command {
    let lab = words.iter().skip(2).find_map(|word| Scenario::read(word).ok()).map(|(scenario, _)| scenario.lab);
    let text = || {
        Arg::new("scenario").required(true).value_name("TEXT OR LINK").help(
            "A scenario as text (balancing?policy=random&rate=100/s) or a link that contains it. Flags replace what it says",
        )
    };
    let json = || Arg::new("json").long("json").action(ArgAction::SetTrue).help("Print JSON");
    let run = Command::new("run")
        .about("Run a scenario to its end and print its figures: the same as on the page")
        .arg(text())
        .arg(json())
        .arg(Arg::new("windows").long("windows").action(ArgAction::SetTrue).help("With --json: every window as well"));
    let trace = Command::new("trace")
        .about("Tell what happens in one lane, event by event, with the reasons of its policy")
        .arg(text())
        .arg(json())
        .arg(Arg::new("lane").long("lane").default_value("a").value_name("LETTER").help("Which lane"))
        .arg(Arg::new("events").long("events").default_value("40").value_name("N").help("How many events"))
        .arg(Arg::new("from").long("from").default_value("0s").value_name("TIME").help("From when on"));
    let compare =
        Command::new("compare")
            .about("Run one scenario under many policies, one after the other, and print one table")
            .arg(text())
            .arg(
                Arg::new("policies").long("policies").value_name("A,B,C").value_delimiter(',').help(
                    "Which policies; without it all of the lab. A setting that only some of them have goes to those",
                ),
            )
            .arg(
                Arg::new("measures")
                    .long("measures")
                    .value_name("P99,…")
                    .value_delimiter(',')
                    .default_value("p50,p99,goodput,failed-share,shed-share")
                    .help("Which measures, also of a stretch of the run: p99@30s..40s, recovery@40s"),
            )
            .arg(Arg::new("markdown").long("markdown").action(ArgAction::SetTrue).help("Print a table in Markdown"))
            .arg(json());
    let check = Command::new("check")
        .about("Score the solution of an exercise: recomputed from its link, the same for everybody")
        .arg(
            Arg::new("link")
                .required(true)
                .value_name("LINK")
                .help("The link of a solution, or a scenario with --exercise"),
        )
        .arg(Arg::new("exercise").long("exercise").value_name("KEY").help("Which exercise, when the link does not say"))
        .arg(json());
    let labs = Command::new("labs")
        .about("List the labs, or everything that can be set in one of them")
        .arg(Arg::new("lab").value_name("LAB").help("The key of a lab"))
        .arg(json());
    Command::new("headroom")
        .version(env!("CARGO_PKG_VERSION"))
        .about("How systems scale: run the experiments of Headroom in a terminal")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(with_parameters(run, lab))
        .subcommand(with_parameters(trace, lab))
        .subcommand(compare)
        .subcommand(check)
        .subcommand(labs)
}

/// `command` with a flag for every parameter of `lab`.
fn with_parameters(command: Command, lab: Option<&'static Lab>) -> Command {
    let flag = |key: String, help: String| Arg::new(key.clone()).long(key).value_name("VALUE").help(help);
    let mut command = command;
    for (key, help) in COMMON {
        command = command.arg(flag(key.to_owned(), help.to_owned()).help_heading("Scenario"));
    }
    command = command.arg(
        flag("at".to_owned(), "A change, as 20s..40s:slow:3:4x or 35s:set:rate:1200/s; may repeat".to_owned())
            .action(ArgAction::Append)
            .help_heading("Scenario"),
    );
    let Some(lab) = lab else { return command };
    for row in rows(lab) {
        let help = format!("{} [default: {}]", row.help, (row.default)());
        command = command.arg(flag(row.key.to_owned(), help).help_heading(row.group));
        if row.scope == Scope::PerLane {
            for lane in 0..MOST_LANES {
                // One line of help is enough for five flags.
                command = command.arg(flag(format!("{}.{}", lane_letter(lane), row.key), String::new()).hide(true));
            }
        }
    }
    command
}

/// Every declaration of a lab and its policies, each key once.
pub fn rows(lab: &Lab) -> Vec<&'static Declaration> {
    let mut rows: Vec<&'static Declaration> = lab.parameters.iter().collect();
    for row in lab.policies.iter().flat_map(|about| about.parameters) {
        if !rows.iter().any(|other| other.key == row.key) {
            rows.push(row);
        }
    }
    rows
}

/// The scenario that the text and the flags make.
///
/// # Errors
/// All notices of the reader, one a line: in a terminal nothing is used instead.
pub fn scenario(matches: &ArgMatches) -> Result<Scenario, String> {
    let text = matches.get_one::<String>("scenario").map_or("", String::as_str);
    let (read, _) = Scenario::read(text).map_err(|notice| notice.sentence)?;
    let given = |key: &str| -> Vec<String> {
        matches.try_get_many::<String>(key).ok().flatten().into_iter().flatten().cloned().collect()
    };
    let mut keys: Vec<String> = COMMON.iter().map(|&(key, _)| key.to_owned()).collect();
    for row in rows(read.lab) {
        keys.push(row.key.to_owned());
        if row.scope == Scope::PerLane {
            keys.extend((0..MOST_LANES).map(|lane| format!("{}.{}", lane_letter(lane), row.key)));
        }
    }
    let replaced: Vec<(String, String)> =
        keys.into_iter().filter_map(|key| given(&key).into_iter().next().map(|value| (key, value))).collect();
    let (head, query) = text.split_once('?').unwrap_or((text, ""));
    let kept = query.split('&').filter(|pair| {
        let key = pair.split_once('=').map_or(*pair, |(key, _)| key);
        !pair.is_empty() && !replaced.iter().any(|(other, _)| other == key)
    });
    let mut pairs: Vec<String> = kept.map(str::to_owned).collect();
    pairs.extend(replaced.iter().map(|(key, value)| format!("{key}={value}")));
    pairs.extend(given("at").into_iter().map(|value| format!("at={value}")));
    let (scenario, notices) =
        Scenario::read(&format!("{head}?{}", pairs.join("&"))).map_err(|notice| notice.sentence)?;
    if notices.is_empty() {
        return Ok(scenario);
    }
    Err(notices.into_iter().map(|notice| notice.problem).collect::<Vec<_>>().join("\nheadroom: "))
}

/// The lab with this key.
///
/// # Errors
/// A sentence that lists the labs.
pub fn lab(key: &str) -> Result<&'static Lab, String> {
    labs::find(key).ok_or_else(|| {
        let keys: Vec<&str> = labs::catalogue().map(|lab| lab.key).collect();
        format!("there is no lab “{key}”; there are {}", keys.join(", "))
    })
}
