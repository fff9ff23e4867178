//! How fast disks are, by their size and SKU.

/// Performance of a tier: up to how many GiB, its number, operations and MB a second.
pub(super) type Tier = (u64, u64, u64, u64);

const PREMIUM: &[Tier] = &[
    (4, 1, 120, 25),
    (8, 2, 120, 25),
    (16, 3, 120, 25),
    (32, 4, 120, 25),
    (64, 6, 240, 50),
    (128, 10, 500, 100),
    (256, 15, 1100, 125),
    (512, 20, 2300, 150),
    (1024, 30, 5000, 200),
    (2048, 40, 7500, 250),
    (4096, 50, 7500, 250),
    (8192, 60, 16_000, 500),
    (16_384, 70, 18_000, 750),
    (u64::MAX, 80, 20_000, 900),
];

const STANDARD_SSD: &[Tier] = &[
    (4096, 50, 500, 60),
    (8192, 60, 2000, 400),
    (16_384, 70, 4000, 600),
    (u64::MAX, 80, 6000, 750),
];

const STANDARD: &[Tier] = &[
    (4096, 50, 500, 60),
    (8192, 60, 1300, 300),
    (u64::MAX, 70, 2000, 500),
];

/// What disks have whose performance is given by itself, where it is not given: operations and MB a second.
pub(super) const PROVISIONED: &[(&str, u64, u64)] =
    &[("UltraSSD_LRS", 500, 8), ("PremiumV2_LRS", 3000, 125)];

/// The tier of a size.
pub(super) fn tier(sku: &str, gib: u64) -> Option<(&'static Tier, bool)> {
    let (tiers, premium) = match sku {
        "Premium_LRS" | "Premium_ZRS" => (PREMIUM, true),
        "StandardSSD_LRS" | "StandardSSD_ZRS" => (STANDARD_SSD, false),
        "Standard_LRS" => (STANDARD, false),
        _ => return None,
    };
    let mut tiers = tiers.iter();
    tiers
        .find(|(most, ..)| gib <= *most)
        .map(|tier| (tier, premium))
}
