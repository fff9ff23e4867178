//! Tests over the project's public surfaces: `it/` for the engine, `packaging/` for the packed npm
//! package, `e2e/` for the planner in a real browser. Scenarios and fixtures lie beside them.
