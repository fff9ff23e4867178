//! What the planner asks of the browser: the functions of `web/platform/`, which says what each of them does.

use wasm_bindgen::prelude::{Closure, JsValue, wasm_bindgen};

#[wasm_bindgen(raw_module = "./platform.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = listProjects)]
    pub(crate) async fn list_projects() -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_name = readProject)]
    pub(crate) async fn read_project(id: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_name = writeProject)]
    pub(crate) async fn write_project(
        id: &str,
        name: &str,
        revision: f64,
        text: &str,
        number: f64,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_name = deleteProject)]
    pub(crate) async fn delete_project(id: &str, gone: bool) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_name = copyProject)]
    pub(crate) async fn copy_project(id: &str, copy: &str, name: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(js_name = newProjectId)]
    pub(crate) fn new_project_id() -> String;

    #[wasm_bindgen(js_name = nextNumber)]
    pub(crate) fn next_number() -> f64;
    #[wasm_bindgen(js_name = noteLeft)]
    pub(crate) fn note_left(id: &str, name: &str, revision: f64, text: &str, number: f64);
    #[wasm_bindgen(js_name = forgetLeft)]
    pub(crate) fn forget_left(id: &str);
    #[wasm_bindgen(js_name = takeOvertaken)]
    pub(crate) fn take_overtaken() -> String;

    #[wasm_bindgen(js_name = holdProject)]
    pub(crate) async fn hold_project(id: &str, take: bool, lost: &Closure<dyn FnMut()>) -> JsValue;
    #[wasm_bindgen(js_name = projectIsHeld)]
    pub(crate) async fn project_is_held(id: &str) -> JsValue;
    #[wasm_bindgen(js_name = ownProject)]
    pub(crate) fn own_project() -> Option<String>;

    #[wasm_bindgen(catch, js_name = packText)]
    pub(crate) async fn pack_text(text: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_name = unpackText)]
    pub(crate) async fn unpack_text(packed: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, js_name = fileText)]
    pub(crate) async fn file_text(name: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = fetchEarly)]
    pub(crate) fn fetch_early();
    #[wasm_bindgen(catch, js_name = fetchPieces)]
    pub(crate) async fn fetch_pieces() -> Result<(), JsValue>;
    #[wasm_bindgen(js_name = isOneFile)]
    pub(crate) fn is_one_file() -> bool;

    #[wasm_bindgen(js_name = startJob)]
    pub(crate) fn start_job(
        request: &str,
        inputs: JsValue,
        services: &str,
        answer: &Closure<dyn FnMut(String, String)>,
    ) -> u32;
    #[wasm_bindgen(js_name = cancelJob)]
    pub(crate) fn cancel_job(id: u32);

    #[wasm_bindgen(js_name = keepOffline)]
    pub(crate) async fn keep_offline(ready: &Closure<dyn FnMut()>);
    #[wasm_bindgen(js_name = useNewVersion)]
    pub(crate) fn use_new_version();

    #[wasm_bindgen(js_name = writeNumber)]
    pub(crate) fn write_number(number: f64, digits: u32) -> String;
    #[wasm_bindgen(js_name = writeInstant)]
    pub(crate) fn write_instant(seconds: f64, shape: &str) -> String;
    #[wasm_bindgen(js_name = writeMoment)]
    pub(crate) fn write_moment(milliseconds: f64) -> String;
}
