//! The engine of the npm package `restore-point-lab`: the functions of [`rplab_core::api`] behind
//! wasm-bindgen, from JSON text to JavaScript objects. The TypeScript in `ts/` is its only caller; what it
//! throws is an [`InputError`](rplab_core::api::InputError) as an object.

mod boundary;
mod types;

use boundary::{answer, read, read_optional, refuse, text};
use rplab_core::api::{self, HeldBreaker, HeldInventory, HeldLab, Json};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// The versions of the engine and of the support matrix.
///
/// # Errors
/// None in practice.
#[wasm_bindgen]
pub fn version() -> Result<JsValue, JsValue> {
    answer(Json::version())
}

/// Takes the file of services that lies beside the module. Before it only restore points can be asked about.
///
/// # Errors
/// Any other file.
#[wasm_bindgen(js_name = loadServices)]
pub fn load_services(text: &str) -> Result<(), JsValue> {
    api::load_services(text).map_err(refuse)
}

/// Notes that a part is there, for parts that are seen to be needed only inside.
#[wasm_bindgen(js_name = partArrived)]
pub fn part_arrived(name: &str) {
    rplab_core::parts::arrived(name);
}

/// Every row of the support matrix.
///
/// # Errors
/// None in practice.
#[wasm_bindgen(js_name = supportMatrix)]
pub fn support_matrix() -> Result<JsValue, JsValue> {
    answer(Json::support_matrix())
}

/// A fleet to start from.
///
/// # Errors
/// None in practice.
#[wasm_bindgen(js_name = sampleFleet)]
pub fn sample_fleet() -> Result<JsValue, JsValue> {
    answer(Json::sample_fleet())
}

/// Judges a fleet.
///
/// # Errors
/// A fleet or an option that cannot be judged.
#[wasm_bindgen]
pub fn assess(fleet: &str, options: Option<String>) -> Result<JsValue, JsValue> {
    answer(Json::assess(read(fleet)?, read_optional(options)?))
}

/// Foretells a plan.
///
/// # Errors
/// A plan that cannot be.
#[wasm_bindgen]
pub fn forecast(plan: &str) -> Result<JsValue, JsValue> {
    answer(Json::forecast(&read(plan)?))
}

/// Plans side by side.
///
/// # Errors
/// Plans of another shape, or fleets that cannot be judged.
#[wasm_bindgen(js_name = comparePlans)]
pub fn compare_plans(plans: &str) -> Result<JsValue, JsValue> {
    answer(Json::compare_plans(&read(plans)?))
}

/// Change rates from the sizes of snapshots.
///
/// # Errors
/// Disks of which too little is known.
#[wasm_bindgen]
pub fn calibrate(disks: &str) -> Result<JsValue, JsValue> {
    answer(Json::calibrate(&read(disks)?))
}

/// The rates that ship.
///
/// # Errors
/// None in practice.
#[wasm_bindgen(js_name = rateProfiles)]
pub fn rate_profiles() -> Result<JsValue, JsValue> {
    answer(Json::rate_profiles())
}

/// A search for the shortest schedule of faults that breaks a plan.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Breaker(Box<dyn HeldBreaker>);

#[wasm_bindgen]
impl Breaker {
    /// Makes ready.
    ///
    /// # Errors
    /// A plan that cannot be run or broken.
    #[wasm_bindgen(constructor)]
    pub fn new(plan: &str, options: Option<String>) -> Result<Self, JsValue> {
        let breaker = Json::hold_breaker(&read(plan)?, read_optional(options)?);
        Ok(Self(breaker.map_err(refuse)?))
    }

    /// Tries so many more schedules; what was found so far.
    ///
    /// # Errors
    /// None in practice.
    pub fn step(&mut self, schedules: u32) -> Result<JsValue, JsValue> {
        answer(self.0.step(u64::from(schedules)))
    }
}

/// Every way to restore every VM of a fleet, judged.
///
/// # Errors
/// A fleet or an option that cannot be judged.
#[wasm_bindgen(js_name = restoreMethods)]
pub fn restore_methods(fleet: &str, options: &str) -> Result<JsValue, JsValue> {
    answer(Json::restore_methods(&read(fleet)?, &read(options)?))
}

/// What changes for a fleet from one edition to another.
///
/// # Errors
/// A fleet, an option or an edition that cannot be judged.
#[wasm_bindgen(js_name = compareEditions)]
pub fn compare_editions(
    fleet: &str,
    options: &str,
    from: &str,
    to: &str,
) -> Result<JsValue, JsValue> {
    let (fleet, options) = (read(fleet)?, read(options)?);
    answer(Json::compare_editions(&fleet, &options, from, to))
}

/// The ways out for each VM of a fleet.
///
/// # Errors
/// A fleet or an option that cannot be judged.
#[wasm_bindgen]
pub fn remedies(fleet: &str, options: &str) -> Result<JsValue, JsValue> {
    answer(Json::remedies(&read(fleet)?, &read(options)?))
}

/// Runs a scenario from its start to its end.
///
/// # Errors
/// A scenario that cannot be read.
#[wasm_bindgen(js_name = runScenario)]
pub fn run_scenario(scenario: &str) -> Result<JsValue, JsValue> {
    answer(Json::run_scenario(read(scenario)?))
}

/// A report as CSV, JSON or Markdown.
///
/// # Errors
/// Another format.
#[wasm_bindgen(js_name = exportReport)]
pub fn export_report(report: &str, format: &str) -> Result<JsValue, JsValue> {
    answer(Json::export_report(&read(report)?, format))
}

/// A runbook in a dialect.
///
/// # Errors
/// An input that cannot be read, or another dialect.
#[wasm_bindgen]
pub fn runbook(input: &str, dialect: &str) -> Result<JsValue, JsValue> {
    answer(Json::runbook(read(input)?, dialect))
}

/// The steps of a runbook.
///
/// # Errors
/// An input that cannot be read.
#[wasm_bindgen(js_name = runbookSteps)]
pub fn runbook_steps(input: &str) -> Result<JsValue, JsValue> {
    answer(Json::runbook_steps(read(input)?))
}

/// Reports on parts of a fleet as one.
///
/// # Errors
/// Reports that do not go together.
#[wasm_bindgen(js_name = mergeReports)]
pub fn merge_reports(reports: &str) -> Result<JsValue, JsValue> {
    answer(Json::merge_reports(read(reports)?))
}

/// A fleet with every name, id and address replaced.
///
/// # Errors
/// A fleet of another shape.
#[wasm_bindgen(js_name = anonymiseFleet)]
pub fn anonymise_fleet(fleet: &str) -> Result<JsValue, JsValue> {
    answer(Json::anonymised(&read(fleet)?))
}

/// Inventory files on their way into the engine, and the fleet that they come to.
///
/// Machines leave as text, some at a time: of a large fleet neither side holds all of it twice.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Inventory(Box<dyn HeldInventory>);

impl Default for Inventory {
    fn default() -> Self {
        Self::new()
    }
}

#[wasm_bindgen]
impl Inventory {
    /// No files yet.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Self {
        Self(Json::hold_inventory())
    }

    /// Begins a file.
    pub fn begin(&mut self, name: &str) {
        self.0.begin(name);
    }

    /// The next bytes of the file.
    pub fn push(&mut self, data: &[u8]) {
        self.0.push(data);
    }

    /// Reads all files into one fleet; what they came to, without the machines.
    ///
    /// # Errors
    /// Files of which nothing can be read.
    pub fn finish(&mut self) -> Result<String, JsValue> {
        text(self.0.finish().map_err(refuse)?)
    }

    /// Some machines, as a list.
    ///
    /// # Errors
    /// A number that JavaScript cannot hold.
    pub fn machines(&self, from: usize, count: usize) -> Result<String, JsValue> {
        text(self.0.machines(from, count))
    }

    /// The names of some machines; see `HeldFleet::names`.
    #[must_use]
    pub fn names(&self, from: usize, count: usize) -> String {
        self.0.names(from, count)
    }

    /// The judgements on some machines, those of a kind once; see `HeldFleet::assess`.
    ///
    /// # Errors
    /// An option that means nothing.
    pub fn assess(
        &mut self,
        options: Option<String>,
        from: usize,
        count: usize,
        run: u32,
        known: u32,
    ) -> Result<String, JsValue> {
        let options = read_optional(options)?;
        let judged = self.0.assess(options, from, count, run, known);
        text(judged.map_err(refuse)?)
    }
}

/// One simulated service.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Lab(Box<dyn HeldLab>);

#[wasm_bindgen]
impl Lab {
    /// A lab at its start.
    ///
    /// # Errors
    /// Options that cannot be.
    #[wasm_bindgen(constructor)]
    pub fn new(options: Option<String>) -> Result<Self, JsValue> {
        let lab = Json::hold_lab(read_optional(options)?);
        Ok(Self(lab.map_err(refuse)?))
    }

    /// A lab after all commands of a scenario.
    ///
    /// # Errors
    /// A scenario that cannot be read.
    #[wasm_bindgen(js_name = fromScenario)]
    pub fn from_scenario(scenario: &str) -> Result<Self, JsValue> {
        Ok(Self(Json::hold_scenario(read(scenario)?).map_err(refuse)?))
    }

    /// Answers a request as the service does. Headers are names and values, each on a line of its own.
    pub fn request(&mut self, method: String, url: String, headers: &str, body: Vec<u8>) -> Answer {
        let mut lines = headers.lines();
        let mut pairs = Vec::new();
        while let (Some(name), Some(value)) = (lines.next(), lines.next()) {
            pairs.push((name.to_owned(), value.to_owned()));
        }
        let request = api::Request {
            method,
            url,
            headers: pairs,
            body,
        };
        Answer(self.0.request(&request))
    }

    /// Calls one of the lab's functions by its name in the package.
    ///
    /// # Errors
    /// An argument that cannot be used.
    pub fn call(&mut self, name: &str, argument: Option<String>) -> Result<JsValue, JsValue> {
        let argument = read_optional(argument)?;
        answer(self.0.call(name, argument))
    }
}

/// What the service answers.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Answer(api::Answer);

#[wasm_bindgen]
impl Answer {
    /// The HTTP status.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn status(&self) -> u16 {
        self.0.status
    }

    /// Names and values, each on a line of its own.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn headers(&self) -> String {
        let mut lines = String::new();
        for (name, value) in &self.0.headers {
            lines.extend([*name, "\n", value.as_str(), "\n"]);
        }
        lines
    }

    /// The body; it is taken out.
    pub fn body(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.0.body)
    }

    /// The body as text; it is taken out.
    pub fn text(&mut self) -> String {
        String::from_utf8(self.body()).unwrap_or_default()
    }
}
