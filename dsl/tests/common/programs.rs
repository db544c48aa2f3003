//! Programs of all constructs, oddly spaced: right by the grammar, though seldom by the checker.

use proptest::prelude::*;

/// Any program.
pub fn program() -> impl Strategy<Value = String> {
    prop::collection::vec(any::<u8>(), 0..600).prop_map(|choices| program_of(&choices))
}

/// The program that such choices make. Where they run out, everything is as simple as can be.
pub fn program_of(choices: &[u8]) -> String {
    let mut writer = Writer { choices: choices.iter(), text: String::new(), depth: 0, within: 0 };
    writer.program();
    writer.text
}

/// Words that may stand where a layer or a command does.
const CALLS: &[&str] = &["relu", "conv", "concat", "a", "in", "x4", "strict", "training", "cuda"];
/// Words that may stand behind them.
const NAMES: &[&str] =
    &["c", "enc1", "in.channels", "layer1.0.conv1", "if", "net", "x", "x3x3", "skip", "e5", "rust"];
const KEYS: &[&str] = &["pad", "as", "on", "no", "if", "via", "x"];
const NUMBERS: &[&str] = &["3", "0", "64", "0.5", "1e-3", "1E5", "2.50e+1"];
const SHAPES: &[&str] = &["3x3", "1x28x28", "3x2x(c)", "(8*c)x4x4", "(c )x( d + 1 )", "0x0"];
/// Several values with nothing between them, some of which look like a shape.
const VALUES: &[&str] = &["(c)x(d)e", "(c)x4x(d)3", "c*(d)x4", "3(c)", "c\"a\"[b]", "(c)(d)x4"];
const STRINGS: &[&str] = &["\"\"", "\"cat.png\"", "\"# -> {\"", "\"é  \t( \""];
const OPERATORS: &[&str] =
    &["+", "-", "*", "/", "%", "==", "!=", "<=", ">=", "<", ">", " and ", " or "];
const COMMENTS: &[&str] = &["#", "# why", "#!  -> { ( \"  ", "# é\t"];
const BLANKS: &[&str] = &[" ", "  ", "\t", " \r", "\u{a0}", "          "];

struct Writer<'c> {
    choices: std::slice::Iter<'c, u8>,
    text: String,
    depth: usize,
    /// How many bodies, or chains behind their first steps, the place is in.
    within: usize,
}

impl Writer<'_> {
    /// A number below `count`.
    fn pick(&mut self, count: usize) -> usize {
        self.choices.next().map_or(0, |&choice| usize::from(choice) % count)
    }

    fn chance(&mut self, of: usize) -> bool {
        self.pick(of) == of - 1
    }

    fn word(&mut self, words: &[&str]) {
        let word = words[self.pick(words.len())];
        self.write(word);
    }

    fn write(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Blanks that must be there.
    fn gap(&mut self) {
        if self.chance(4) { self.word(BLANKS) } else { self.write(" ") }
    }

    /// Blanks that may be there.
    fn may_gap(&mut self) {
        match self.pick(3) {
            0 => {}
            1 => self.write(" "),
            _ => self.word(BLANKS),
        }
    }

    /// A newline, perhaps with a comment before it and more newlines behind.
    fn newline(&mut self) {
        for _ in 0..=self.pick(3) {
            self.may_gap();
            if self.chance(3) {
                self.word(COMMENTS);
            }
            self.write("\n");
        }
        self.may_gap();
    }

    fn may_newline(&mut self) {
        self.may_gap();
        if self.chance(4) {
            self.newline();
        }
    }

    fn separator(&mut self) {
        self.may_gap();
        for _ in 0..=self.pick(2) {
            if self.chance(3) {
                self.write(";");
                self.may_gap();
            } else {
                self.newline();
            }
        }
    }

    fn may_separator(&mut self) {
        self.may_gap();
        if self.chance(2) {
            self.separator();
        }
    }

    fn arrow(&mut self) {
        self.may_newline();
        self.write("->");
        self.may_newline();
    }

    fn program(&mut self) {
        self.may_separator();
        for count in 0..=self.pick(5) {
            if count > 0 {
                self.separator();
            }
            self.item();
        }
        if self.chance(8) {
            self.separator();
            self.word(&["%%rust", ":rust", "%%rust fn f() { \" ", ":rust\n{ } # ;\n\n  "]);
        } else {
            self.may_separator();
        }
    }

    fn item(&mut self) {
        match self.pick(6) {
            0 => self.chain(),
            1 => self.net(),
            2 => self.member(),
            3 => self.block(),
            4 => self.data(),
            _ => self.command(),
        }
    }

    fn net(&mut self) {
        self.write("net");
        self.gap();
        self.word(CALLS);
        self.may_gap();
        self.inputs(true);
        for _ in 0..self.pick(3) {
            self.gap();
            if self.chance(2) { self.write("strict") } else { self.key() }
        }
        if self.chance(6) {
            return;
        }
        self.may_newline();
        self.body();
    }

    fn member(&mut self) {
        self.write("net");
        self.gap();
        self.word(CALLS);
        self.may_gap();
        self.write("=");
        self.may_gap();
        self.word(CALLS);
        if self.chance(2) {
            self.may_gap();
            self.inputs(true);
        }
    }

    /// Inputs, or the parameters of a block.
    fn inputs(&mut self, with_shapes: bool) {
        self.write("(");
        self.may_newline();
        let count = self.pick(5);
        for place in 0..count {
            if place > 0 {
                self.comma();
            }
            match self.pick(4) {
                0 if with_shapes => self.value(),
                1 if with_shapes => {
                    self.word(NAMES_ALONE);
                    self.may_gap();
                    self.write(":");
                    self.may_gap();
                    self.value();
                }
                2 | 0 => self.word(NAMES_ALONE),
                _ => {
                    self.word(NAMES_ALONE);
                    self.may_gap();
                    self.write("=");
                    self.may_gap();
                    self.value();
                }
            }
        }
        if count > 0 && self.chance(4) {
            self.may_newline();
            self.write(",");
        }
        self.may_newline();
        self.write(")");
    }

    fn comma(&mut self) {
        self.may_newline();
        self.write(",");
        self.may_newline();
    }

    fn block(&mut self) {
        self.write("block");
        self.gap();
        self.word(CALLS);
        self.may_gap();
        if self.chance(2) {
            self.inputs(false);
        }
        self.may_newline();
        self.body();
    }

    fn data(&mut self) {
        self.write("data");
        self.gap();
        self.word(CALLS);
        self.may_gap();
        self.write("=");
        self.may_gap();
        self.call();
        for _ in 0..self.pick(4) {
            self.arrow();
            self.word(&["relu", "data", "skip", "net"]);
            self.arguments();
        }
    }

    fn command(&mut self) {
        self.call();
        if self.chance(2) {
            self.gap();
            self.write("on");
            self.gap();
            self.value();
            self.arguments();
        }
    }

    fn call(&mut self) {
        self.word(CALLS);
        self.arguments();
    }

    fn arguments(&mut self) {
        for _ in 0..self.pick(4) {
            self.gap();
            match self.pick(8) {
                0..5 => self.value(),
                5 | 6 => self.key(),
                _ => self.word(VALUES),
            }
        }
    }

    fn key(&mut self) {
        self.word(KEYS);
        self.may_gap();
        self.write("=");
        self.may_gap();
        self.value();
    }

    fn value(&mut self) {
        match self.pick(9) {
            0 | 1 => self.word(NUMBERS),
            2 => self.word(SHAPES),
            3 => self.word(STRINGS),
            4 => self.word(&["d[0..8]", "d[ 3 .. 16 ]"]),
            5 => self.word(&["cuda:0", "cuda:12"]),
            6 if self.depth < 4 => self.list(),
            _ => self.tight(),
        }
    }

    fn list(&mut self) {
        self.depth += 1;
        self.write("[");
        self.may_newline();
        for place in 0..self.pick(4) {
            if place > 0 {
                self.comma();
            }
            self.value();
        }
        self.may_newline();
        self.write("]");
        self.depth -= 1;
    }

    fn tight(&mut self) {
        let count = self.pick(3);
        for place in 0..=count {
            if place > 0 {
                let sign = OPERATORS[self.pick(OPERATORS.len() - 2)];
                self.write(sign);
            }
            if self.chance(4) {
                self.write("-");
            } else if place == 0 {
                // What begins with a string is that string alone.
                self.word(NAMES);
                continue;
            }
            self.operand();
        }
    }

    fn loose(&mut self) {
        for place in 0..=self.pick(3) {
            if place > 0 {
                self.may_gap();
                self.word(OPERATORS);
                self.may_gap();
            }
            match self.pick(5) {
                3 => {
                    self.write("-");
                    self.may_gap();
                }
                4 => {
                    self.write("not");
                    self.gap();
                }
                _ => {}
            }
            self.operand();
        }
    }

    fn operand(&mut self) {
        match self.pick(6) {
            0 | 1 => self.word(NAMES),
            2 => self.word(&["yes", "no"]),
            3 => self.word(NUMBERS),
            4 => self.word(STRINGS),
            _ if self.depth < 6 => {
                self.depth += 1;
                self.write("(");
                self.may_gap();
                self.loose();
                self.may_gap();
                self.write(")");
                self.depth -= 1;
            }
            _ => self.word(NAMES),
        }
    }

    fn chain(&mut self) {
        self.step();
        self.within += 1;
        for _ in 0..self.pick(4) {
            self.arrow();
            self.step();
        }
        self.within -= 1;
    }

    fn body(&mut self) {
        self.write("{");
        self.may_separator();
        self.steps();
        self.may_separator();
        self.write("}");
    }

    fn steps(&mut self) {
        self.within += 1;
        let count = self.pick(5);
        for place in 0..count {
            match place {
                0 => {}
                _ if self.chance(2) => self.arrow(),
                _ => self.separator(),
            }
            self.step();
        }
        self.within -= 1;
    }

    fn step(&mut self) {
        self.depth += 1;
        match self.pick(if self.depth > 4 { 2 } else { 9 }) {
            // Where no item can begin, words that begin one are names.
            1 if self.within > 0 => {
                self.word(&["net", "data", "block"]);
                self.arguments();
            }
            0 | 1 => self.call(),
            2 => {
                self.write("skip");
                self.gap();
                self.word(CALLS);
                self.may_newline();
                self.body();
                if self.chance(2) {
                    self.further("via");
                }
            }
            3 => {
                self.write("repeat");
                self.gap();
                self.loose();
                if self.chance(2) {
                    self.gap();
                    self.write("as");
                    self.gap();
                    self.word(NAMES_ALONE);
                }
                self.may_newline();
                self.body();
            }
            4 => {
                self.condition();
                for _ in 0..self.pick(3) {
                    self.may_newline();
                    self.write("else");
                    self.gap();
                    self.condition();
                }
                if self.chance(2) {
                    self.further("else");
                }
            }
            5 => {
                self.write("head");
                self.gap();
                self.word(NAMES_ALONE);
                self.arguments();
                self.may_newline();
                self.body();
            }
            6 => {
                self.write("share");
                self.gap();
                self.word(NAMES_ALONE);
                if self.chance(2) {
                    self.may_newline();
                    self.body();
                }
            }
            7 => {
                self.write("from");
                self.gap();
                self.word(NAMES);
            }
            _ => {
                self.call();
                self.may_gap();
                self.branches();
            }
        }
        if self.chance(4) {
            self.gap();
            self.write("as");
            self.gap();
            self.word(NAMES_ALONE);
        }
        self.depth -= 1;
    }

    fn further(&mut self, word: &str) {
        self.may_newline();
        self.write(word);
        self.may_newline();
        self.body();
    }

    fn condition(&mut self) {
        self.write("if");
        self.gap();
        self.loose();
        self.may_newline();
        self.body();
    }

    fn branches(&mut self) {
        self.write("{");
        self.may_separator();
        for _ in 0..=self.pick(3) {
            self.write("|");
            self.may_separator();
            self.steps();
            self.may_separator();
        }
        self.write("}");
    }
}

/// Names that no dots are in.
const NAMES_ALONE: &[&str] = &["c", "photo", "if", "net", "x3", "cuda", "training"];
