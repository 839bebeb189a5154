//! [`Relation`]: the lists that a record holds, each in a small table of its own.

use domain::{Id, Key, Resource};

use crate::engine::Param;
use crate::sql::Sql;

/// What stands in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Members {
    /// Records of that resource.
    Records(Resource),
    /// Texts.
    Texts,
}

/// A table of `company_id`, the owner, the member, and the member's position in the owner's list.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Relation {
    pub(crate) table: &'static str,
    /// Whose list it is.
    pub(crate) owner: Resource,
    /// The column of the owner's id.
    pub(crate) owner_column: &'static str,
    pub(crate) members: Members,
    pub(crate) member_column: &'static str,
    /// Whether a deleted member stays in the table, hidden until it is restored.
    pub(crate) keeps_deleted: bool,
}

/// The buyers of a group, in dialing order. A deleted buyer leaves at once, so this is read without a look at buyers.
pub(crate) static BUYERS_OF_GROUP: Relation = Relation {
    table: "buyer_group_buyers",
    owner: Resource::BuyerGroup,
    owner_column: "buyer_group_id",
    members: Members::Records(Resource::Buyer),
    member_column: "buyer_id",
    keeps_deleted: false,
};

/// The groups that serve an offer.
pub(crate) static GROUPS_OF_OFFER: Relation = Relation {
    table: "offer_buyer_groups",
    owner: Resource::Offer,
    owner_column: "offer_id",
    members: Members::Records(Resource::BuyerGroup),
    member_column: "buyer_group_id",
    keeps_deleted: true,
};

/// The offers whose calls a group's team may see.
pub(crate) static TEAM_OFFERS: Relation = Relation {
    table: "buyer_group_team_offers",
    owner: Resource::BuyerGroup,
    owner_column: "buyer_group_id",
    members: Members::Records(Resource::Offer),
    member_column: "offer_id",
    keeps_deleted: true,
};

/// Who may be in a group's team.
pub(crate) static TEAM_EMAILS: Relation = Relation {
    table: "buyer_group_team_emails",
    owner: Resource::BuyerGroup,
    owner_column: "buyer_group_id",
    members: Members::Texts,
    member_column: "email",
    keeps_deleted: false,
};

/// All of them.
pub(crate) static RELATIONS: [&Relation; 4] =
    [&BUYERS_OF_GROUP, &GROUPS_OF_OFFER, &TEAM_OFFERS, &TEAM_EMAILS];

/// From which end a relation is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The owner's: its members, in its order.
    Owner,
    /// The member's: its owners, by id.
    Member,
}

/// A relation as a record sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct View {
    pub(crate) relation: &'static Relation,
    pub(crate) end: End,
}

impl View {
    /// The list that a field shows, if it shows one.
    pub(crate) fn of(resource: Resource, key: Key) -> Option<Self> {
        let (relation, end) = match (resource, key) {
            (Resource::BuyerGroup, Key::BuyerIds) => (&BUYERS_OF_GROUP, End::Owner),
            (Resource::BuyerGroup, Key::TeamOfferIds) => (&TEAM_OFFERS, End::Owner),
            (Resource::BuyerGroup, Key::TeamUsersEmails) => (&TEAM_EMAILS, End::Owner),
            (Resource::BuyerGroup, Key::OfferIds) => (&GROUPS_OF_OFFER, End::Member),
            (Resource::Buyer, Key::BuyerGroupIds | Key::BuyerGroupsCount) => (&BUYERS_OF_GROUP, End::Member),
            (Resource::Offer, Key::BuyerGroupIds | Key::BuyerGroupsCount) => (&GROUPS_OF_OFFER, End::Owner),
            _ => return None,
        };
        Some(Self { relation, end })
    }

    /// The list that connects a resource with another, for filters.
    pub(crate) fn between(resource: Resource, other: Resource) -> Option<Self> {
        let (relation, end) = match (resource, other) {
            (Resource::BuyerGroup, Resource::Buyer) => (&BUYERS_OF_GROUP, End::Owner),
            (Resource::Buyer, Resource::BuyerGroup) => (&BUYERS_OF_GROUP, End::Member),
            (Resource::BuyerGroup, Resource::Offer) => (&GROUPS_OF_OFFER, End::Member),
            (Resource::Offer, Resource::BuyerGroup) => (&GROUPS_OF_OFFER, End::Owner),
            _ => return None,
        };
        Some(Self { relation, end })
    }

    /// The column of the record that looks.
    pub(crate) fn own_column(self) -> &'static str {
        if self.end == End::Owner { self.relation.owner_column } else { self.relation.member_column }
    }

    /// The column of what it sees.
    pub(crate) fn other_column(self) -> &'static str {
        if self.end == End::Owner { self.relation.member_column } else { self.relation.owner_column }
    }

    /// What must be looked at to leave deleted records out. Owners are never taken out when they are deleted; members
    /// are, unless the relation keeps them.
    fn hidden(self) -> Option<Resource> {
        match (self.end, self.relation.members) {
            (End::Member, _) => Some(self.relation.owner),
            (End::Owner, Members::Records(resource)) => self.relation.keeps_deleted.then_some(resource),
            (End::Owner, Members::Texts) => None,
        }
    }

    /// FROM and WHERE of a subselect in which `m` is the relation and only live records are seen, but for `condition`.
    fn rows(self, condition: &str) -> String {
        let table = self.relation.table;
        match self.hidden() {
            None => format!("FROM {table} m WHERE {condition}"),
            Some(resource) => format!(
                "FROM {table} m CROSS JOIN {} o WHERE o.company_id = m.company_id AND o.id = m.{} \
                 AND o.deleted_at IS NULL AND {condition}",
                resource.plural(),
                self.other_column()
            ),
        }
    }

    /// [`View::rows`] of the record `t`.
    fn own_rows(self) -> String {
        self.rows(&format!("m.company_id = t.company_id AND m.{} = t.id", self.own_column()))
    }

    /// Appends a condition: the record `t` is connected with one of `others`.
    pub(crate) fn narrow(self, sql: &mut Sql, company: Id, others: &[Param]) {
        sql.push(&format!(" AND t.id IN (SELECT m.{} {}", self.own_column(), self.rows("m.company_id = ")));
        sql.bind(company).push(&format!(" AND m.{} IN (", self.other_column()));
        sql.bind_all(others.iter().cloned()).push("))");
    }

    /// An expression: the list of the record `t`, joined by commas; NULL when it is empty.
    pub(crate) fn list(self) -> String {
        let order = if self.end == End::Owner { "position" } else { self.relation.owner_column };
        let other = self.other_column();
        format!("(SELECT string_agg(CAST(m.{other} AS TEXT), ',' ORDER BY m.{order}) {})", self.own_rows())
    }

    /// An expression: how long the list of the record `t` is.
    pub(crate) fn count(self) -> String {
        format!("(SELECT count(*) {})", self.own_rows())
    }
}
