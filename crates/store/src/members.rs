//! The lists of a record: set, then add, then remove, exact whatever runs beside it.
//!
//! The owner's row is locked before its list is read, so changes of one list follow each other, in whatever process.
//! A buyer that is added is locked too, and so cannot be deleted or paused between the look at it and the commit.

use std::collections::HashSet;

use domain::{Change, Id, Key, Resource, Value, Violation};

use crate::engine::Param;
use crate::error::Error;
use crate::place::{Place, place, table};
use crate::reader::{Reader, bind_padded};
use crate::relation::{BUYERS_OF_GROUP, End, Members, Relation};
use crate::sql::Sql;
use crate::writer::Writer;

/// Buyers in a group, at most (COMPATIBILITY.md 11).
const MOST_BUYERS: usize = 5_000;

/// A list as it is and as it is to become.
pub(crate) struct List {
    pub(crate) key: Key,
    pub(crate) relation: &'static Relation,
    pub(crate) before: Vec<Param>,
    pub(crate) after: Vec<Param>,
    last_position: i64,
    /// Members that are deleted and not shown: they stay, to be seen again when they are restored.
    hidden: HashSet<Param>,
}

impl List {
    fn empty(key: Key, relation: &'static Relation) -> Self {
        let (before, after, hidden) = (Vec::new(), Vec::new(), HashSet::new());
        Self { key, relation, before, after, last_position: 0, hidden }
    }

    pub(crate) fn is_changed(&self) -> bool {
        self.before != self.after
    }

    /// Its members as a value of the field.
    pub(crate) fn value(&self, members: &[Param]) -> Value {
        let id = |param: &Param| if let Param::Int(number) = param { Id::new(*number) } else { None };
        let shown = members.iter().filter(|member| !self.hidden.contains(member));
        match self.relation.members {
            Members::Records(_) => Value::Ids(shown.filter_map(id).collect()),
            Members::Texts => Value::Texts(
                shown.filter_map(|p| if let Param::Text(t) = p { Some(t.clone()) } else { None }).collect(),
            ),
        }
    }
}

/// The fields that add to and remove from a list, by its own field: those that name ids, and those that name own ids.
fn changes_of(key: Key) -> Option<[(Key, Key); 2]> {
    (key == Key::BuyerIds)
        .then_some([(Key::AddBuyerIds, Key::RemoveBuyerIds), (Key::AddUserBuyerIds, Key::RemoveUserBuyerIds)])
}

impl Reader<'_> {
    /// The lists that a change touches, as they are to become; broken rules are added to `violations`. `owner` is
    /// `None` for a record that is not there yet; for a change that is to be written it must be locked.
    pub(crate) fn lists(
        &mut self,
        company: Id,
        owner: Option<Id>,
        change: &Change,
        violations: &mut Vec<Violation>,
    ) -> Result<Vec<List>, Error> {
        let resource = change.resource();
        let mut lists = Vec::new();
        for field in resource.writable() {
            let Place::List(view) = place(resource, field.key) else { continue };
            let set = change.get(field.key).map(members_of);
            let touched = |pairs: [(Key, Key); 2]| {
                pairs.iter().any(|(add, remove)| change.get(*add).is_some() || change.get(*remove).is_some())
            };
            if view.end != End::Owner || (set.is_none() && !changes_of(field.key).is_some_and(touched)) {
                continue;
            }
            let mut list = match owner {
                Some(owner) => self.list_of(company, view.relation, owner, field.key)?,
                None => List::empty(field.key, view.relation),
            };
            if let Some(mut set) = set {
                self.check_members(company, &list, resource, field.key, &set, violations)?;
                set.extend(list.before.iter().filter(|member| list.hidden.contains(member)).cloned());
                list.after = without_repeats(set);
            }
            if let Some(pairs) = changes_of(field.key) {
                self.add_and_remove(company, &mut list, change, pairs, violations)?;
            }
            if view.relation == &BUYERS_OF_GROUP && list.after.len() > MOST_BUYERS {
                let message = format!("must name at most 5,000 buyers: there would be {}", list.after.len());
                violations.push(violation(resource, field.key, message));
            }
            lists.push(list);
        }
        Ok(lists)
    }

    /// A list as it is, to become empty.
    pub(crate) fn emptied(&mut self, company: Id, owner: Id, key: Key) -> Result<Option<List>, Error> {
        let Place::List(view) = place(Resource::BuyerGroup, key) else { return Ok(None) };
        let list = self.list_of(company, view.relation, owner, key)?;
        Ok(Some(List { after: Vec::new(), ..list }))
    }

    fn add_and_remove(
        &mut self,
        company: Id,
        list: &mut List,
        change: &Change,
        pairs: [(Key, Key); 2],
        violations: &mut Vec<Violation>,
    ) -> Result<(), Error> {
        let [(add, remove), (add_own, remove_own)] = pairs;
        let resource = change.resource();
        let mut named = [Vec::new(), Vec::new()];
        for (members, (by_id, by_own)) in named.iter_mut().zip([(add, add_own), (remove, remove_own)]) {
            if let Some(value) = change.get(by_id) {
                let ids = members_of(value);
                self.check_members(company, list, resource, by_id, &ids, violations)?;
                members.extend(ids);
            }
            if let Some(value) = change.get(by_own) {
                let ids = self.by_own_ids(company, resource, by_own, value.as_texts(), violations)?;
                self.check_members(company, list, resource, by_own, &ids, violations)?;
                members.extend(ids);
            }
        }
        let [added, removed] = named;
        let removed: HashSet<Param> = removed.into_iter().collect();
        // Named once by id and once by own id: alike names were compared before.
        if let Some(Param::Int(id)) = added.iter().find(|member| removed.contains(member)) {
            let message = format!("must not name {id}, which is to be removed too");
            violations.push(violation(resource, add, message));
        }
        list.after.extend(added);
        list.after = without_repeats(std::mem::take(&mut list.after));
        list.after.retain(|member| !removed.contains(member));
        Ok(())
    }

    /// A list as it is.
    fn list_of(
        &mut self,
        company: Id,
        relation: &'static Relation,
        owner: Id,
        key: Key,
    ) -> Result<List, Error> {
        let Relation { table, owner_column, member_column, members, .. } = relation;
        let sql = format!(
            "SELECT position, {member_column} FROM {table} WHERE company_id = $1 AND {owner_column} = $2 \
             ORDER BY position, {member_column}"
        );
        let mut list = List::empty(key, relation);
        self.tx.query(&sql, &[company.into(), owner.into()], &mut |row| {
            list.last_position = row.int(0)?;
            list.before.push(match members {
                Members::Records(_) => Param::Int(row.int(1)?),
                Members::Texts => Param::Text(row.text(1)?.to_owned()),
            });
            Ok(())
        })?;
        if let Members::Records(resource) = members
            && relation.keeps_deleted
            && !list.before.is_empty()
        {
            let live = self.live(company, *resource, &list.before)?;
            list.hidden = list.before.iter().filter(|member| !live.contains(member)).cloned().collect();
        }
        list.after = list.before.clone();
        Ok(list)
    }

    /// Those of the ids that name a record which is not deleted.
    fn live(&mut self, company: Id, resource: Resource, ids: &[Param]) -> Result<HashSet<Param>, Error> {
        let mut live = HashSet::new();
        for some in ids.chunks(500) {
            let mut sql = Sql::new(format!("SELECT id FROM {} WHERE company_id = ", table(resource)));
            sql.bind(company).push(" AND deleted_at IS NULL AND id IN (");
            bind_padded(&mut sql, some);
            sql.push(")");
            live.extend(self.tx.all(&sql.text, &sql.params, |row| row.int(0).map(Param::Int))?);
        }
        Ok(live)
    }

    /// Names each member that is no record. Those that are in the list already are known to be.
    fn check_members(
        &mut self,
        company: Id,
        list: &List,
        resource: Resource,
        key: Key,
        named: &[Param],
        violations: &mut Vec<Violation>,
    ) -> Result<(), Error> {
        let Members::Records(member) = list.relation.members else { return Ok(()) };
        let known: HashSet<&Param> =
            if list.relation.keeps_deleted { HashSet::new() } else { list.before.iter().collect() };
        let asked: Vec<Param> = named.iter().filter(|id| !known.contains(id)).cloned().collect();
        if asked.is_empty() {
            return Ok(());
        }
        let found = self.live(company, member, &asked)?;
        let missing = asked.iter().filter(|id| !found.contains(*id));
        violations.extend(missing.filter_map(|id| no_such_member(resource, key, member, id)));
        Ok(())
    }

    /// The ids of buyers by the operator's own ids; each that no buyer has is named.
    fn by_own_ids(
        &mut self,
        company: Id,
        resource: Resource,
        key: Key,
        own_ids: &[String],
        violations: &mut Vec<Violation>,
    ) -> Result<Vec<Param>, Error> {
        if own_ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut sql = Sql::new("SELECT user_buyer_id, id FROM buyers WHERE company_id = ");
        sql.bind(company).push(" AND deleted_at IS NULL AND user_buyer_id IN (");
        bind_padded(&mut sql, own_ids);
        sql.push(")");
        let found: std::collections::HashMap<String, Param> = self
            .tx
            .all(&sql.text, &sql.params, |row| Ok((row.text(0)?.to_owned(), Param::Int(row.int(1)?))))?
            .into_iter()
            .collect();
        let mut ids = Vec::with_capacity(own_ids.len());
        for own_id in own_ids {
            match found.get(own_id) {
                Some(id) => ids.push(id.clone()),
                None => {
                    let message = format!("must be own ids of buyers: “{own_id}” is not a buyer");
                    violations.push(violation(resource, key, message));
                }
            }
        }
        Ok(ids)
    }
}

impl Writer<'_> {
    /// Holds the new members of a list as they are until the commit, where a deleted one would have to leave it. One
    /// that was deleted since the list was judged breaks the same rule after all.
    pub(crate) fn hold_new(
        &mut self,
        company: Id,
        resource: Resource,
        list: &List,
        violations: &mut Vec<Violation>,
    ) -> Result<(), Error> {
        let Members::Records(member) = list.relation.members else { return Ok(()) };
        let before: HashSet<&Param> = list.before.iter().collect();
        let new: Vec<Param> = list.after.iter().filter(|id| !before.contains(id)).cloned().collect();
        if list.relation.keeps_deleted || new.is_empty() {
            return Ok(());
        }
        let mut sql =
            Sql::new(format!("UPDATE {} SET revision = revision WHERE company_id = ", table(member)));
        sql.bind(company).push(" AND deleted_at IS NULL AND id IN (");
        bind_padded(&mut sql, &new);
        sql.push(") RETURNING id");
        let held: HashSet<Param> =
            self.tx.all(&sql.text, &sql.params, |row| row.int(0).map(Param::Int))?.into_iter().collect();
        let missing = new.iter().filter(|id| !held.contains(*id));
        violations.extend(missing.filter_map(|id| no_such_member(resource, list.key, member, id)));
        Ok(())
    }

    /// Says that the records that come to a list or leave it are touched: they show whose list they stand in.
    fn touch_members(&mut self, company: Id, list: &List) -> Result<(), Error> {
        let Members::Records(resource) = list.relation.members else { return Ok(()) };
        let (before, after): (HashSet<&Param>, HashSet<&Param>) =
            (list.before.iter().collect(), list.after.iter().collect());
        let id = |param: &&Param| if let Param::Int(number) = param { Id::new(*number) } else { None };
        let moved: Vec<Id> = before.symmetric_difference(&after).filter_map(id).collect();
        self.touch(company, resource, &moved)
    }

    /// Writes a list as it is to become. One that is only appended to and taken from keeps the rows of the rest.
    pub(crate) fn write_list(&mut self, company: Id, owner: Id, list: &List) -> Result<(), Error> {
        let Relation { table, owner_column, member_column, .. } = list.relation;
        self.touch_members(company, list)?;
        let after: HashSet<&Param> = list.after.iter().collect();
        let (kept, gone): (Vec<&Param>, Vec<&Param>) =
            list.before.iter().partition(|member| after.contains(member));
        let in_order = list.after.iter().zip(&kept).all(|(new, old)| new == *old);
        let (gone, added, mut position) = if in_order {
            (gone, &list.after[kept.len()..], list.last_position)
        } else {
            (list.before.iter().collect(), &list.after[..], 0)
        };
        for some in gone.chunks(500) {
            let mut sql = Sql::new(format!("DELETE FROM {table} WHERE company_id = "));
            sql.bind(company).push(&format!(" AND {owner_column} = ")).bind(owner);
            sql.push(&format!(" AND {member_column} IN ("));
            bind_padded(&mut sql, &some.iter().map(|member| (*member).clone()).collect::<Vec<_>>());
            sql.push(")");
            self.tx.execute(&sql.text, &sql.params)?;
        }
        let mut rest = added;
        while !rest.is_empty() {
            let size = [100, 10, 1].into_iter().find(|size| *size <= rest.len()).unwrap_or(1);
            let (some, others) = rest.split_at(size);
            rest = others;
            let mut sql = Sql::new(format!(
                "INSERT INTO {table} (company_id, {owner_column}, {member_column}, position) VALUES "
            ));
            for (index, member) in some.iter().enumerate() {
                position += 1;
                sql.push(if index == 0 { "(" } else { ", (" });
                sql.bind(company).push(", ").bind(owner).push(", ").bind(member.clone()).push(", ");
                sql.bind(position).push(")");
            }
            self.tx.execute(&sql.text, &sql.params)?;
        }
        Ok(())
    }
}

/// The broken rule of a list that names a record which is not there.
fn no_such_member(resource: Resource, key: Key, member: Resource, id: &Param) -> Option<Violation> {
    let Param::Int(id) = id else { return None };
    let (several, one) = (member.heading().to_lowercase(), member.with_article());
    Some(violation(resource, key, format!("must be ids of {several}: {id} is not {one}")))
}

/// A broken rule on a field.
pub(crate) fn violation(resource: Resource, key: Key, message: String) -> Violation {
    let label = resource.field(key).map_or("", |field| field.label);
    Violation::new(key.name(), label, message)
}

/// The members that a value names.
fn members_of(value: &Value) -> Vec<Param> {
    match value {
        Value::Ids(ids) => ids.iter().map(|id| (*id).into()).collect(),
        Value::Texts(texts) => texts.iter().map(|text| text.as_str().into()).collect(),
        _ => Vec::new(),
    }
}

fn without_repeats(members: Vec<Param>) -> Vec<Param> {
    let mut seen = HashSet::with_capacity(members.len());
    members.into_iter().filter(|member| seen.insert(member.clone())).collect()
}
