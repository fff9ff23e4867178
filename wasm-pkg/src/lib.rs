//! The engine of the npm package `restore-point-lab`: the functions of [`rplab_core::api`] behind
//! wasm-bindgen, from JSON text to JavaScript objects. The TypeScript in `ts/` is its only caller; what it
//! throws is an [`InputError`](rplab_core::api::InputError) as an object.

mod boundary;
mod types;

use boundary::{answer, read, read_optional, refuse};
use rplab_core::api::{self, Json, NamedInput};
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

/// Every way to restore every VM of a fleet, judged.
///
/// # Errors
/// A fleet or an option that cannot be judged.
#[wasm_bindgen(js_name = restoreMethods)]
pub fn restore_methods(fleet: &str, options: &str) -> Result<JsValue, JsValue> {
    answer(Json::restore_methods(&read(fleet)?, &read(options)?))
}

/// Runs a scenario from its start to its end.
///
/// # Errors
/// A scenario that cannot be read.
#[wasm_bindgen(js_name = runScenario)]
pub fn run_scenario(scenario: &str) -> Result<JsValue, JsValue> {
    answer(Json::run_scenario(read(scenario)?))
}

/// Inventory files on their way into the engine.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct Inventory {
    inputs: Vec<NamedInput>,
}

#[wasm_bindgen]
impl Inventory {
    /// No files yet.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file.
    pub fn add(&mut self, name: String, data: Vec<u8>) {
        self.inputs.push(NamedInput::new(name, data));
    }

    /// Reads all files into one fleet.
    ///
    /// # Errors
    /// Files of which nothing can be read.
    pub fn import(&self) -> Result<JsValue, JsValue> {
        answer(Json::import_inventory(&self.inputs))
    }
}

/// One simulated service.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Lab {
    lab: api::Lab,
}

#[wasm_bindgen]
impl Lab {
    /// A lab at its start.
    ///
    /// # Errors
    /// Options that cannot be.
    #[wasm_bindgen(constructor)]
    pub fn new(options: Option<String>) -> Result<Self, JsValue> {
        let lab = Json::new_lab(read_optional(options)?).map_err(refuse)?;
        Ok(Self { lab })
    }

    /// A lab after all commands of a scenario.
    ///
    /// # Errors
    /// A scenario that cannot be read.
    #[wasm_bindgen(js_name = fromScenario)]
    pub fn from_scenario(scenario: &str) -> Result<Self, JsValue> {
        let lab = api::Lab::from_scenario(read(scenario)?).map_err(refuse)?;
        Ok(Self { lab })
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
        Answer(self.lab.request(&request))
    }

    /// Calls one of the lab's functions by its name in the package.
    ///
    /// # Errors
    /// An argument that cannot be used.
    pub fn call(&mut self, name: &str, argument: Option<String>) -> Result<JsValue, JsValue> {
        let argument = read_optional(argument)?;
        answer(self.lab.call(name, argument))
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
