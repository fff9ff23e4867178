//! Reading inputs of any kind that is known into one fleet.

use super::assemble::Assembly;
use super::collect::Found;
use super::recognise::documents;
use super::{Import, ImportError, NamedInput, Problem, Severity, preview};

/// Reads inputs of any kind that is known into one fleet.
///
/// Inputs that cannot be read are problems as long as another can.
///
/// # Errors
/// Where nothing could be read from any input: what is wrong with the first.
pub fn import(inputs: &[NamedInput]) -> Result<Import, ImportError> {
    let mut import = Import::default();
    let mut found = Found::default();
    let mut first_error = None;
    let mut read = 0;
    for input in inputs {
        match read_input(input, &mut found, &mut import) {
            Ok(()) => read += 1,
            Err(error) => {
                import.problems.push(unreadable(&error));
                first_error.get_or_insert(error);
            }
        }
    }
    if read == 0 {
        return Err(first_error.unwrap_or(ImportError::NoInput));
    }
    for (path, fleet) in std::mem::take(&mut found.fleets) {
        super::assemble::take_fleet(&mut import, fleet, &path);
    }
    Assembly::read(&mut found).into_import(&mut import);
    found.drain_into(&mut import);
    if import.fleet == crate::model::Fleet::default() && import.problems.is_empty() {
        import.problems.push(empty(inputs));
    }
    preview::complete(&mut import, read);
    Ok(import)
}

fn read_input(
    input: &NamedInput,
    found: &mut Found,
    import: &mut Import,
) -> Result<(), ImportError> {
    let documents = documents(input)?;
    let mut own = Found::default();
    let several = documents.values.len() > 1;
    for (at, value) in documents.values.into_iter().enumerate() {
        let path = if several {
            format!("{}#{}", input.name, at + 1)
        } else {
            input.name.clone()
        };
        own.read(value, &path);
    }
    own.refuse_if_useless(&input.name)?;
    found.append(own);
    if let Some(text) = documents.passed_over {
        let line = text.lines().next().unwrap_or_default();
        import.problems.push(Problem {
            code: "TextBeforeJson".to_owned(),
            path: input.name.clone(),
            message: format!("text before the JSON was passed over: `{line}`"),
            severity: Severity::Warning,
        });
    }
    Ok(())
}

fn unreadable(error: &ImportError) -> Problem {
    Problem {
        code: error.code().to_owned(),
        path: error.path().to_owned(),
        message: error.to_string(),
        severity: Severity::Error,
    }
}

fn empty(inputs: &[NamedInput]) -> Problem {
    let names = inputs.iter().map(|input| input.name.as_str());
    Problem {
        code: "NothingListed".to_owned(),
        path: names.collect::<Vec<_>>().join(", "),
        message:
            "the list is empty: no VM and no disk; check the subscription with `az account show`"
                .to_owned(),
        severity: Severity::Warning,
    }
}
