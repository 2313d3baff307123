//! How pages are cleaned, by where they are from.

use std::sync::Arc;

use anyhow::{Context, Result};
use jingwen::profile::SiteProfile;
use jingwen::rules::Rules;
use jingwen::{Cleaner, Input, Options};

use crate::cli::args::SiteArgs;
use crate::cli::input::Decoding;
use crate::cli::learn::read_profile;
use crate::cli::load_rules;
use crate::cli::settings::{PageOrigin, Settings};

/// Everything that cleans a page.
pub(crate) struct Setup {
    args: SiteArgs,
    profile: Option<Arc<SiteProfile>>,
    pub(crate) rules: Rules,
    pub(crate) cleaner: Cleaner,
    pub(crate) decoding: Decoding,
}

/// A setup for the pages of each site, and one for all others.
pub(crate) struct Sites {
    settings: Settings,
    everywhere: Arc<Setup>,
    /// In the order of the sites of the settings.
    sites: Vec<Arc<Setup>>,
}

impl Sites {
    /// The setups that the settings ask for. Sites with the same settings share one. A profile that was learned is used
    /// instead of those that the settings name.
    pub(crate) fn new(settings: Settings, flags: &SiteArgs, input: Input, learned: Option<SiteProfile>) -> Result<Self> {
        let learned = learned.map(Arc::new);
        let everywhere = Arc::new(Setup::new(settings.in_force(flags, None)?, input, learned.clone())?);
        let mut sites: Vec<Arc<Setup>> = Vec::new();
        for site in settings.file.iter().flat_map(|file| &file.sites) {
            let args = settings.in_force(flags, Some(site))?;
            let same = sites.iter().chain([&everywhere]).find(|setup| setup.args == args).cloned();
            sites.push(same.map_or_else(|| Setup::new(args, input, learned.clone()).map(Arc::new), Ok)?);
        }
        Ok(Self { settings, everywhere, sites })
    }

    /// One setup for all pages.
    pub(crate) fn one(args: SiteArgs, input: Input) -> Result<Self> {
        Ok(Self { settings: Settings::default(), everywhere: Arc::new(Setup::new(args, input, None)?), sites: Vec::new() })
    }

    /// Tells these settings and rules from others, for a run that goes on with what an earlier one began.
    pub(crate) fn fingerprint(&self) -> String {
        let setup = |setup: &Arc<Setup>| format!("{:?} {:?} {:?}", setup.args, setup.rules, setup.profile);
        let setups: Vec<String> = [&self.everywhere].into_iter().chain(&self.sites).map(setup).collect();
        let said = format!("{setups:?} {:?}", self.settings.file.as_ref().map(|file| &file.text));
        // A sum: a manifest is no place for rules.
        let sum =
            said.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        format!("{:?} {sum:016x}", self.everywhere.args)
    }

    /// Every setup, the one for all other pages first.
    pub(crate) fn setups(&self) -> impl Iterator<Item = &Setup> {
        std::iter::once(&self.everywhere).chain(&self.sites).map(|setup| &**setup)
    }

    /// The setup for a page.
    pub(crate) fn of(&self, page: PageOrigin<'_>) -> &Setup {
        let sites = self.settings.file.iter().flat_map(|file| &file.sites);
        let site = sites.zip(&self.sites).find(|(site, _)| site.has(page));
        site.map_or(&self.everywhere, |(_, setup)| setup)
    }
}

impl Setup {
    fn new(args: SiteArgs, input: Input, learned: Option<Arc<SiteProfile>>) -> Result<Self> {
        let rules = load_rules(&args.filters.dir)?;
        let profile = match (learned, &args.filters.profile) {
            (Some(learned), _) => Some(learned),
            (None, Some(path)) => Some(Arc::new(read_profile(path)?)),
            (None, None) => None,
        };
        let options = Options { input, profile: profile.clone(), ..args.filters.options() };
        let cleaner = Cleaner::new(&rules, &options).context("--only and --skip")?;
        Ok(Self { decoding: Decoding::new(&args.read)?, args, profile, rules, cleaner })
    }
}
