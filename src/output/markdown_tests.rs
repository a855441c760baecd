use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::super::sanitize::tests::{NASTY, assert_safe};
use super::super::width::width;
use super::*;

fn terminal(columns: usize) -> Ui {
    Ui { width: Some(columns), height: 24, stdout_terminal: true, ..Ui::default() }
}

fn plain(source: &str) -> String {
    render(source, &Ui::plain(), 0)
}

#[test]
fn paragraphs_wrap_on_a_terminal_and_keep_their_lines_in_a_pipe() {
    let source = "The quick brown fox\njumps over it.\n\nNext.\n";
    assert_eq!(plain(source), "The quick brown fox\njumps over it.\n\nNext.\n");
    assert_eq!(render(source, &terminal(24), 2), "  The quick brown fox\n  jumps over it.\n\n  Next.\n");
    assert_eq!(render(&"word ".repeat(60), &terminal(300), 0).lines().map(width).max(), Some(99));
    assert_eq!(plain("one  \ntwo<br>three"), "one\ntwo\nthree\n");
}

#[test]
fn lists_are_nested_and_numbered() {
    let source = "Do:\n\n- one\n- two\n  - deep\n    more\n- three\n\n9. nine\n10. ten\n\n    second\n";
    assert_eq!(plain(source), "Do:\n\n- one\n- two\n  - deep\n    more\n- three\n\n9. nine\n\n10. ten\n\n    second\n");
    assert_eq!(plain("- [x] done\n- [ ] not\n-\n- "), "- [x] done\n- [ ] not\n-\n-\n");
    assert_eq!(render("- one two three", &terminal(10), 0), "- one two\n  three\n");
}

#[test]
fn quotes_have_a_bar() {
    assert_eq!(plain("> a\n> b\n>\n> c\n> > d\n\ne"), "│ a\n│ b\n│\n│ c\n│\n│ │ d\n\ne\n");
}

#[test]
fn code_is_left_as_it_is() {
    let long = "x".repeat(200);
    let source = format!("Run:\n```sh\nls  -l\n\n{long}\n```\nand `a  b`");
    let expected = format!("Run:\n\n    ls  -l\n\n    {long}\n\nand `a  b`\n");
    assert_eq!(plain(&source), expected);
    assert_eq!(render(&source, &terminal(80), 0), expected);
    assert_eq!(plain("    indented\n"), "    indented\n");
}

#[test]
fn links_say_where_they_lead() {
    assert_eq!(plain("[here](https://a.example/x)"), "here (https://a.example/x)\n");
    assert_eq!(plain("<https://a.example/>"), "https://a.example/\n");
    assert_eq!(plain("<jo@acme.example>"), "jo@acme.example\n");
    assert_eq!(plain("[](https://a.example/x)"), "https://a.example/x\n");
    assert_eq!(plain("![a *cat*](cat.png) ![](dog.png)"), "[image: a cat] [image: dog.png]\n");
}

#[test]
fn colours_replace_marks() {
    let ui = Ui { color: true, ..terminal(80) };
    let source = "# Head\n\nA **bold** *slanted* `code` ~~gone~~ <u>x</u>";
    assert_eq!(
        render(source, &ui, 0),
        "\x1b[1mHead\x1b[0m\n\nA \x1b[1mbold\x1b[0m \x1b[3mslanted\x1b[0m \x1b[36mcode\x1b[0m \
         \x1b[2m~~gone~~\x1b[0m \x1b[2m<u>\x1b[0mx\x1b[2m</u>\x1b[0m\n"
    );
    assert_eq!(plain(source), "# Head\n\nA bold slanted `code` ~~gone~~ <u>x</u>\n");
}

#[test]
fn tables_are_aligned_and_wrapped() {
    let source = "| Name | Size |\n|:--|--:|\n| 日本 | 7 |\n| a long name | 100 |\n";
    assert_eq!(plain(source), "Name         Size\n───────────  ────\n日本            7\na long name   100\n");
    assert_eq!(
        render(source, &terminal(14), 0),
        "Name      Size\n────────  ────\n日本         7\na long     100\nname\n"
    );
}

#[test]
fn rules_and_html_are_shown() {
    assert_eq!(plain("a\n\n---\n\nb"), format!("a\n\n{}\n\nb\n", "-".repeat(40)));
    assert_eq!(render("***", &terminal(10), 2), "  ────────\n");
    assert_eq!(plain("<div>\n<p>hi</p>\n</div>\n\nx"), "<div>\n<p>hi</p>\n</div>\n\nx\n");
}

#[test]
fn nothing_nasty_survives() {
    for text in NASTY {
        for source in [(*text).to_owned(), format!("> - {text}"), format!("# {text}\n\n    {text}\n")] {
            assert_safe(&plain(&source));
            assert_safe(&render(&source, &terminal(40), 2));
        }
    }
    assert!(plain("&#27;[31m").contains("\u{fffd}[31m"));
}

#[test]
fn deep_and_large_sources_are_soon_done() {
    let many = 20_000;
    let sources = [
        "> ".repeat(many) + "x\n" + &"lazy\n".repeat(many),
        "- ".repeat(many) + "x\n" + &"lazy\n".repeat(many),
        "1. ".repeat(many) + "x",
        (0..1_000).map(|depth| format!("{}- x\n", "  ".repeat(depth))).collect(),
        "*a **b ".repeat(many),
        "[".repeat(many) + &"](x)".repeat(many),
        "![".repeat(many) + &"](x)".repeat(many),
        "`".repeat(many) + "x",
        "<br>".repeat(many),
        "|".repeat(2_000) + "\n" + &"|-".repeat(2_000) + "|\n" + &"|a\n".repeat(2_000),
        format!("| a | b |\n|---|---|\n| {} | x |\n{}", "y".repeat(100_000), "| a | b |\n".repeat(many)),
        "word ".repeat(200_000),
        "x".repeat(1_000_000),
        format!("[x]: {}\n\n{}", "u".repeat(50_000), "[x]\n".repeat(many)),
        "<div>\n".repeat(many),
        "~~".repeat(many),
        "&#27;".repeat(many),
    ];
    for source in sources {
        for ui in [Ui::plain(), terminal(40)] {
            let begun = Instant::now();
            let text = render(&source, &ui, 0);
            let start: String = source.chars().take(30).collect();
            assert!(begun.elapsed() < Duration::from_secs(10), "{start}: {:?}", begun.elapsed());
            assert!(text.len() < 200 * source.len(), "{start}: {} from {}", text.len(), source.len());
        }
    }
}

#[test]
fn a_long_rule_is_a_rule() {
    assert!(plain(&"- ".repeat(500)).starts_with("---"));
}

proptest! {
    #[test]
    fn text_is_safe_and_fits(source in "(?s:.{0,60})|([-#>*_`~|<>\\[\\]()!&;\\\\ \n\t0-9a\u{1b}\u{9b}語]{0,120})", columns in 20usize..120) {
        assert_safe(&render(&source, &Ui::plain(), 0));
        let text = render(&source, &terminal(columns), 2);
        assert_safe(&text);
        if !source.contains(['`', '~', '|', '\t']) && !source.contains("    ") {
            for line in text.lines() {
                prop_assert!(width(line) <= columns, "{line:?}");
            }
        }
    }
}
