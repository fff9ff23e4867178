//! Types that are given out and never read: whole states, forecasts, rehearsals.

/// Structs of public fields that are written as JSON in `camelCase`, with their TypeScript types.
macro_rules! answers {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident : $type:ty),* $(,)? })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Eq, $crate::json::Write)]
            #[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
            #[serde(rename_all = "camelCase")]
            pub struct $name { $($(#[$field_doc])* pub $field: $type),* }
        )*
    };
}

pub(crate) use answers;
