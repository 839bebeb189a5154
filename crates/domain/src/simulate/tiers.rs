//! The draw of [`draw`](crate::draw), kept ready: each tier knows how many of its groups can take a call, and what they
//! weigh together.

use crate::random::Random;

use super::Contender;

pub(super) struct Tiers {
    /// The lowest first.
    tiers: Vec<Tier>,
    /// The tier of each group, and its place there.
    places: Vec<(usize, usize)>,
}

#[derive(Default)]
struct Tier {
    /// Its groups, in the order in which they were given.
    members: Vec<Member>,
    /// How many of them can take a call.
    able: u64,
    /// The sum of the weights of those.
    weight: u64,
}

struct Member {
    group: usize,
    weight: u64,
    is_able: bool,
}

impl Tiers {
    /// Groups none of which can take a call.
    pub(super) fn new(contenders: &[Contender]) -> Self {
        let mut order: Vec<usize> = (0..contenders.len()).collect();
        order.sort_by_key(|at| contenders[*at].tier);
        let mut places = vec![(0, 0); contenders.len()];
        let mut tiers: Vec<Tier> = Vec::new();
        for same in order.chunk_by(|one, other| contenders[*one].tier == contenders[*other].tier) {
            let mut tier = Tier::default();
            for group in same {
                places[*group] = (tiers.len(), tier.members.len());
                let weight = u64::try_from(contenders[*group].weight.units()).unwrap_or_default();
                tier.members.push(Member { group: *group, weight, is_able: false });
            }
            tiers.push(tier);
        }
        Self { tiers, places }
    }

    /// Whether a group can take a call.
    pub(super) fn set(&mut self, group: usize, is_able: bool) {
        let (tier, at) = self.places[group];
        let tier = &mut self.tiers[tier];
        let member = &mut tier.members[at];
        if member.is_able == is_able {
            return;
        }
        member.is_able = is_able;
        if is_able {
            tier.able += 1;
            tier.weight += member.weight;
        } else {
            tier.able -= 1;
            tier.weight -= member.weight;
        }
    }

    /// The group that gets the call, as [`draw`](crate::draw) would find it among those that were not tried.
    pub(super) fn draw(&self, tried: &[usize], random: &mut Random) -> Option<usize> {
        let (tier, able, weight) = self.tiers.iter().enumerate().find_map(|(at, tier)| {
            let (mut able, mut weight) = (tier.able, tier.weight);
            for (_, place) in tried.iter().map(|group| self.places[*group]).filter(|place| place.0 == at) {
                let member = &tier.members[place];
                able -= u64::from(member.is_able);
                weight -= if member.is_able { member.weight } else { 0 };
            }
            (able > 0).then_some((tier, able, weight))
        })?;
        let mut members = tier.members.iter().filter(|one| one.is_able && !tried.contains(&one.group));
        // Where all weigh nothing, all are alike.
        let weighs = |one: &Member| if weight == 0 { 1 } else { one.weight };
        let mut drawn = random.below(if weight == 0 { able } else { weight });
        let chosen = members.find(|one| match drawn.checked_sub(weighs(one)) {
            Some(rest) => {
                drawn = rest;
                false
            }
            None => true,
        });
        chosen.map(|one| one.group)
    }
}
