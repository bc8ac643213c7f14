//! The dialog that puts the experiment into someone else's page: what is shown of it and how, a preview that is the
//! very frame, snippets for several kinds of pages, and a picture of what is on the screen.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::dialog::Dialog;
use super::field::Field;
use super::share::Copied;
use super::theme::THEMES;
use crate::browser::announce;
use crate::embed::presentation::{PARTS, Presentation};
use crate::live::Live;
use crate::{picture, router};

/// What the dialog is given.
#[derive(Properties, PartialEq)]
pub struct EmbeddingProps {
    /// The experiment.
    pub live: Live,
    /// Told when it was closed.
    pub on_close: Callback<()>,
}

/// What is chosen, as it was typed.
#[derive(Clone, PartialEq)]
struct Chosen {
    /// Keys of the parts that are shown, in the order of [`PARTS`].
    show: Vec<&'static str>,
    lock: String,
    theme: String,
    autoplay: bool,
    speed: String,
    t: String,
    until: String,
    height: String,
    kind: &'static str,
}

impl Default for Chosen {
    fn default() -> Self {
        Self {
            show: vec!["stage", "figures", "time"],
            lock: String::new(),
            theme: "auto".to_owned(),
            autoplay: false,
            speed: String::new(),
            t: String::new(),
            until: String::new(),
            height: "480".to_owned(),
            kind: KINDS[0].0,
        }
    }
}

/// What can be locked: value and label.
const LOCKS: [(&str, &str); 4] =
    [("", "nothing"), ("policy", "the policies"), ("policy,faults", "policies and faults"), ("all", "everything")];
/// The kinds of pages: label, and a sentence about the snippet.
const KINDS: [(&str, &str); 5] = [
    ("HTML", "A frame that may do nothing but run scripts. It works on any page that allows frames."),
    (
        "HTML, own element",
        "A small script puts the same frame there, gives it the height of its content, and hands its messages on as events.",
    ),
    ("Markdown, mdBook", "Markdown takes HTML as it is, with an empty line before and after it."),
    (
        "reveal.js",
        "The frame is loaded when its slide is near. It plays when the slide is entered and pauses when it is left.",
    ),
    ("Moodle, Canvas", "For the editor's HTML view. Both keep a frame and its size; neither keeps scripts."),
];
/// Heights that make sense, in CSS pixels.
const HEIGHTS: (u32, u32) = (120, 4_000);

impl Chosen {
    /// The parameters of presentation that differ from what goes without saying, as they stand in a link.
    fn parameters(&self) -> Vec<(&'static str, String)> {
        let autoplay = if self.autoplay { "1" } else { "" };
        let theme = if self.theme == "auto" { "" } else { &self.theme };
        let show = self.show.join(",");
        let all = [
            ("show", if show == "stage,figures,time" { "" } else { &show }),
            ("lock", &self.lock),
            ("theme", theme),
            ("autoplay", autoplay),
            ("speed", self.speed.trim()),
            ("t", self.t.trim()),
            ("until", self.until.trim()),
        ];
        all.into_iter().filter(|(_, value)| !value.is_empty()).map(|(key, value)| (key, value.to_owned())).collect()
    }

    /// What of it cannot be used.
    fn problems(&self) -> Vec<String> {
        let query =
            self.parameters().iter().map(|(key, value)| format!("{key}={}", encoded(value))).collect::<Vec<_>>();
        let mut problems = Presentation::read(&format!("lab?{}", query.join("&"))).2;
        if self.show.is_empty() {
            problems.push("Choose at least one part to show; stage, figures and time are used.".to_owned());
        }
        if !self.height.trim().parse::<u32>().is_ok_and(|height| (HEIGHTS.0..=HEIGHTS.1).contains(&height)) {
            let (least, most) = HEIGHTS;
            problems.push(format!(
                "height “{}” must be a whole number of pixels between {least} and {most}; 480 is used.",
                self.height
            ));
        }
        problems
    }

    fn height(&self) -> u32 {
        let height = self.height.trim().parse().ok();
        height.filter(|height| (HEIGHTS.0..=HEIGHTS.1).contains(height)).unwrap_or(480)
    }

    /// The fragment of the frame for the scenario `text`.
    fn fragment(&self, text: &str) -> String {
        let own = self.parameters();
        let own = own.iter().map(|(key, value)| format!("&{key}={}", encoded(value)));
        let joint = if text.contains('?') { "" } else { "?v=1" };
        format!("#/embed/{text}{joint}{}", own.collect::<String>())
    }

    fn snippet(&self, page: &str, text: &str, label: &str) -> String {
        let source = escaped(&format!("{page}{}", self.fragment(text)));
        let (title, height) = (escaped(&format!("Headroom: {label}")), self.height());
        let frame = |source: &str, more: &str| {
            format!(
                "<iframe {source} sandbox=\"allow-scripts\" title=\"{title}\" width=\"100%\" height=\"{height}\"{more}></iframe>"
            )
        };
        let link = escaped(&format!("{page}#/lab/{text}"));
        match self.kind {
            "HTML, own element" => {
                let own = self.parameters();
                let own = own.iter().map(|(key, value)| format!(" {key}=\"{}\"", escaped(value)));
                format!(
                    "<script src=\"{}headroom-lab.js\" defer></script>\n<headroom-lab scenario=\"{}\"{} label=\"{title}\"></headroom-lab>",
                    escaped(&folder(page)),
                    escaped(text),
                    own.collect::<String>()
                )
            }
            "Markdown, mdBook" => format!(
                "{}\n\n[Open this experiment]({page}#/lab/{text})",
                frame(&format!("src=\"{source}\""), " loading=\"lazy\" style=\"border:0\"")
            ),
            "reveal.js" => format!(
                "<section>\n  {}\n</section>",
                frame(&format!("data-src=\"{source}\" data-preload"), " style=\"border:0\"")
            ),
            "Moodle, Canvas" => format!(
                "{}\n<p><a href=\"{link}\" target=\"_blank\" rel=\"noopener\">Open this experiment</a></p>",
                frame(&format!("src=\"{source}\""), " loading=\"lazy\"")
            ),
            _ => frame(&format!("src=\"{source}\""), " loading=\"lazy\" style=\"border:0\""),
        }
    }
}

/// The folder of the page at `address`, which holds the script of the element.
fn folder(address: &str) -> String {
    let path = address.split('?').next().unwrap_or_default();
    path.rsplit_once('/').map_or_else(String::new, |(folder, _)| format!("{folder}/"))
}

/// For an attribute of HTML in double quotes.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}

/// For a value in a link, where it holds what would end it.
fn encoded(text: &str) -> String {
    text.replace('%', "%25").replace('&', "%26").replace('#', "%23").replace('+', "%2B").replace(' ', "%20")
}

/// The dialog.
#[component]
pub fn Embedding(props: &EmbeddingProps) -> Html {
    // Kept beside what is drawn: two changes may come before the first is drawn.
    let kept = use_mut_ref(Chosen::default);
    let update = use_force_update();
    let chosen = kept.borrow();
    let (text, label) = {
        let player = props.live.player();
        (player.scenario().text(), player.scenario().lab.label)
    };
    let page = router::page_address();
    let change = |keep: fn(&mut Chosen, String)| {
        let (kept, update) = (kept.clone(), update.clone());
        Callback::from(move |text: String| {
            keep(&mut kept.borrow_mut(), text);
            update.force_update();
        })
    };
    let field = |id: &'static str,
                 label: &'static str,
                 hint: &'static str,
                 value: &str,
                 keep: fn(&mut Chosen, String)| {
        // At the end of typing: each change is another frame in the preview.
        let enter = change(keep);
        let on_enter = Callback::from(move |text: String| {
            enter.emit(text);
            true
        });
        html! { <div class="run-out-field" key={id}><label for={id}>{label}</label><Field {id} value={value.to_owned()} {hint} words=true {on_enter} /></div> }
    };
    let select = |id: &'static str,
                  label: &'static str,
                  options: &[(&'static str, &'static str)],
                  value: &str,
                  keep: fn(&mut Chosen, String)| {
        let picked = change(keep).reform(|event: Event| event.target_unchecked_into::<HtmlSelectElement>().value());
        let option = |&(key, label): &(&'static str, &'static str)| html! { <option value={key} selected={key == value}>{label}</option> };
        html! { <div class="run-out-field" key={id}><label for={id}>{label}</label><select {id} onchange={picked}>{for options.iter().map(option)}</select></div> }
    };
    let part = |&(key, _): &(&'static str, _)| {
        let toggle = change(|chosen, key| {
            let Some((key, _)) = PARTS.iter().find(|(other, _)| *other == key) else { return };
            if chosen.show.contains(key) {
                chosen.show.retain(|other| other != key);
            } else {
                chosen.show = PARTS
                    .iter()
                    .map(|(part, _)| *part)
                    .filter(|part| part == key || chosen.show.contains(part))
                    .collect();
            }
        })
        .reform(move |_: Event| key.to_owned());
        html! { <label key={key} class="embedding-part"><input type="checkbox" checked={chosen.show.contains(&key)} onchange={toggle} />{key}</label> }
    };
    let autoplay = change(|chosen, _| chosen.autoplay = !chosen.autoplay).reform(|_: Event| String::new());
    let kind = |&(key, _): &(&'static str, &'static str)| {
        let pick = change(|chosen, key| {
            chosen.kind = KINDS.iter().map(|(kind, _)| *kind).find(|kind| *kind == key).unwrap_or(KINDS[0].0);
        })
        .reform(move |_: MouseEvent| key.to_owned());
        html! { <button key={key} type="button" class="button" aria-pressed={(chosen.kind == key).to_string()} onclick={pick}>{key}</button> }
    };
    let about = KINDS.iter().find(|(key, _)| *key == chosen.kind).map_or("", |(_, about)| *about);
    html! {
        <Dialog title="Embed this experiment" on_close={props.on_close.clone()}>
            <fieldset class="embedding-parts" key="parts"><legend>{"What is shown"}</legend>{for PARTS.iter().map(part)}</fieldset>
            <div class="run-out-fields" key="fields">
                {select("embedding-lock", "Locked", &LOCKS, &chosen.lock, |chosen, value| chosen.lock = value)}
                {select("embedding-theme", "Theme of the frame", &THEMES, &chosen.theme, |chosen, value| chosen.theme = value)}
                {field("embedding-t", "Begins at", "0s", &chosen.t, |chosen, value| chosen.t = value)}
                {field("embedding-until", "Stops at", "the end", &chosen.until, |chosen, value| chosen.until = value)}
                {field("embedding-speed", "Speed of the frame", "the lab's", &chosen.speed, |chosen, value| chosen.speed = value)}
                {field("embedding-height", "Height", "480", &chosen.height, |chosen, value| chosen.height = value)}
                <label class="embedding-part" key="autoplay"><input type="checkbox" checked={chosen.autoplay} onchange={autoplay} />{"plays by itself"}</label>
            </div>
            <ul class="control-refused" key="problems">{for chosen.problems().into_iter().map(|problem| html! { <li>{problem}</li> })}</ul>
            <iframe key="preview" class="embedding-preview" sandbox="allow-scripts" title="Preview" src={format!("{page}{}", chosen.fragment(&text))} style={format!("height:{}px", chosen.height())} />
            <div class="lane-choices" role="group" aria-label="For which page" key="kinds">{for KINDS.iter().map(kind)}</div>
            <p class="quiet" key="about">{about}</p>
            <Copied key="snippet" label="Snippet" text={chosen.snippet(&page, &text, label)} tall=true />
            {pictures(&props.live)}
        </Dialog>
    }
}

/// What is on the screen, as a file.
fn pictures(live: &Live) -> Html {
    let save = |png: bool| {
        let live = live.clone();
        Callback::from(move |_: MouseEvent| {
            let name = format!("headroom-{}", live.player().scenario().lab.key);
            if !picture::save(&name, png) {
                announce::answer("This browser does not save a picture from here.");
            }
        })
    };
    html! {
        <p class="embedding-pictures" key="pictures">
            <span>{"The lanes and charts as they stand, as a picture:"}</span>
            <button type="button" class="button" onclick={save(true)}>{"PNG"}</button>
            <button type="button" class="button" onclick={save(false)}>{"SVG"}</button>
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen() -> Chosen {
        Chosen { theme: "dark".to_owned(), autoplay: true, t: "12s".to_owned(), ..Chosen::default() }
    }

    #[test]
    fn a_fragment_is_read_back_as_it_was_chosen() {
        let all = Chosen {
            show: vec!["stage", "charts"],
            lock: "policy,faults".to_owned(),
            speed: "0.5".to_owned(),
            until: "30s".to_owned(),
            ..chosen()
        };
        let fragment = all.fragment("balancing?v=1&seed=7");
        let (rest, presentation, notices) = Presentation::read(fragment.strip_prefix("#/embed/").unwrap());
        assert_eq!((rest.as_str(), notices), ("balancing?v=1&seed=7", Vec::new()));
        assert_eq!((presentation.theme, presentation.autoplay, presentation.speed), ("dark", true, Some(0.5)));
        assert_eq!(presentation.lock, ["policy", "faults"]);
        assert!(all.problems().is_empty());
        assert_eq!(
            Chosen::default().fragment("balancing?v=1"),
            "#/embed/balancing?v=1",
            "what goes without saying is not said"
        );
    }

    #[test]
    fn whatever_is_typed_stays_inside_its_attribute_and_is_named() {
        let hostile = Chosen {
            t: "\"><script>alert(1)</script>".to_owned(),
            height: "-1".to_owned(),
            show: Vec::new(),
            ..chosen()
        };
        assert_eq!(hostile.problems().len(), 3);
        for (kind, _) in KINDS {
            let snippet = Chosen { kind, ..hostile.clone() }.snippet(
                "https://a.example/x/",
                "balancing?v=1&seed=7",
                "Load balancing",
            );
            assert!(!snippet.contains("<script>alert") && !snippet.contains("\"><s"), "{snippet}");
            assert!(snippet.contains("balancing?v=1&amp;seed=7"), "{snippet}");
        }
        assert_eq!(folder("https://a.example/x/index.html?y=/z"), "https://a.example/x/");
    }
}
