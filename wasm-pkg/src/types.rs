//! Types of the boundary that are aliases in the engine, where the derive does not reach.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(typescript_custom_section)]
const ALIASES: &str = "
/** Facts by their names in the vocabulary. */
export type FactSet = Record<string, FactValue>;

/** A machine in the form of a fleet. */
export type CreateVirtualMachine = Machine;
";
