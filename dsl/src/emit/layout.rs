//! Lines broken as rustfmt breaks them with its default settings.

/// The longest line.
const LINE: usize = 100;
/// The longest list of arguments or elements on one line.
const LIST: usize = 60;
/// The longest list of a struct's fields on one line.
const STRUCT: usize = 18;

/// `head = tail;` at `indent` columns, broken behind the `=` if it is too long.
pub(super) fn statement(indent: usize, head: &str, tail: &str) -> String {
    let blanks = " ".repeat(indent);
    if indent + head.len() + 3 + tail.len() < LINE {
        format!("{blanks}{head} = {tail};\n")
    } else {
        format!("{blanks}{head} =\n{blanks}    {tail};\n")
    }
}

/// A call on an array of `elements`, behind `head =` at `indent` columns.
pub(super) fn gathering(indent: usize, head: &str, function: &str, elements: &[String]) -> String {
    let list = elements.join(", ");
    if list.len() <= LIST {
        return statement(indent, head, &format!("{function}([{list}])"));
    }
    let blanks = " ".repeat(indent);
    let lines = elements.iter().map(|element| format!("{blanks}    {element},\n"));
    format!("{blanks}{head} = {function}([\n{}{blanks}]);\n", lines.collect::<String>())
}

/// A public field of a struct at 4 columns. `kind` is a type with arguments, or one without.
pub(super) fn field(name: &str, kind: &str) -> String {
    if 4 + "pub : ,".len() + name.len() + kind.len() <= LINE {
        return format!("    pub {name}: {kind},\n");
    }
    if 8 + kind.len() < LINE {
        return format!("    pub {name}:\n        {kind},\n");
    }
    let (outer, arguments) = kind.split_once('<').unwrap_or((kind, ""));
    let arguments = arguments.strip_suffix('>').unwrap_or(arguments);
    let lines = split_arguments(arguments).map(|argument| format!("        {argument},\n"));
    format!("    pub {name}: {outer}<\n{}    >,\n", lines.collect::<String>())
}

/// The arguments of a type, without cutting those of its arguments.
fn split_arguments(arguments: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    let parts = arguments.split(move |letter: char| {
        match letter {
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            _ => {}
        }
        letter == ',' && depth == 0
    });
    parts.map(str::trim)
}

/// `Self { ... }` at 8 columns; `fields` have their values, which may take several lines.
pub(super) fn construction(fields: &[String]) -> String {
    let list = fields.join(", ");
    if fields.is_empty() {
        "        Self {}\n".to_owned()
    } else if list.len() <= STRUCT && !list.contains('\n') {
        format!("        Self {{ {list} }}\n")
    } else {
        let lines = fields.iter().map(|field| format!("            {field},\n"));
        format!("        Self {{\n{}        }}\n", lines.collect::<String>())
    }
}

/// A list of pairs at 8 columns, which `opens` begins: `vec![` or `&[`.
pub(super) fn pairs(opens: &str, pairs: &[(String, String)]) -> String {
    let one = |(first, second): &(String, String)| format!("{first}, {second}");
    let list = pairs.iter().map(|pair| format!("({})", one(pair))).collect::<Vec<_>>().join(", ");
    match pairs {
        _ if list.len() <= LIST => format!("        {opens}{list}]\n"),
        [(first, second)] => {
            let lines = format!("            {first},\n            {second},\n");
            format!("        {opens}(\n{lines}        )]\n")
        }
        _ => {
            let lines = pairs.iter().map(|pair| match one(pair) {
                short if short.len() <= LIST => format!("            ({short}),\n"),
                _ => {
                    let (first, second) = pair;
                    let lines = format!("                {first},\n                {second},\n");
                    format!("            (\n{lines}            ),\n")
                }
            });
            format!("        {opens}\n{}        ]\n", lines.collect::<String>())
        }
    }
}
