//! Rows as lines of JSON: those that are made here, and the fields of those that a bench made.

/// How one operation compares between WebAssembly and native.
pub(crate) struct Row {
    pub(crate) workload: String,
    pub(crate) op: String,
    pub(crate) value: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) target: f64,
}

impl Row {
    fn met(&self) -> bool {
        self.value <= self.target
    }

    pub(crate) fn json(&self) -> String {
        let Self {
            workload,
            op,
            value,
            low,
            high,
            target,
        } = self;
        let met = self.met();
        format!(
            r#"{{"measure":"wasmToNative","platform":"wasm","workload":"{workload}","store":"rplab","op":"{op}","value":{value:.4},"low":{low:.4},"high":{high:.4},"unit":"ratio","target":{target},"met":{met}}}"#
        )
    }

    pub(crate) fn text(&self) -> String {
        let what = format!("{} rplab {}", self.workload, self.op);
        let verdict = if self.met() { "met" } else { "NOT MET" };
        format!(
            "wasm    wasmToNative           {what:<46} {:.2} ({:.2} .. {:.2}) ratio  target {}: {verdict}",
            self.value, self.low, self.high, self.target
        )
    }
}

/// What stands behind `"name":` in a line of JSON without nested values.
fn raw<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = line.split_once(&format!("\"{name}\":"))?;
    let end = rest.find([',', '}'])?;
    rest.get(..end)
}

pub(crate) fn text_of<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    raw(line, name)?.strip_prefix('"')?.strip_suffix('"')
}

pub(crate) fn number_of(line: &str, name: &str) -> Option<f64> {
    raw(line, name)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_of_a_row_are_read_back() {
        let row = Row {
            workload: "W1".to_owned(),
            op: "write".to_owned(),
            value: 1.5,
            low: 1.0,
            high: 2.0,
            target: 1.6,
        };
        let line = row.json();
        assert_eq!(text_of(&line, "workload"), Some("W1"));
        assert_eq!(number_of(&line, "high"), Some(2.0));
        assert_eq!(raw(&line, "met"), Some("true"));
        assert_eq!(number_of(&line, "missing"), None);
    }
}
