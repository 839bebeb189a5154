use super::*;
use crate::decimal::Decimal;

fn started() -> Instant {
    Instant::from_ms(1_795_000_000_000)
}
const MOST_MS: i64 = 4 * 3_600_000;

fn id(number: i64) -> Id {
    Id::new(number).unwrap()
}

/// Reads `connected 2 #1 25`: of buyer 2, about step 1, worth 25.
fn event(text: &str) -> CallEvent {
    let mut words = text.split(' ');
    let kind = CallEventKind::named(words.next().unwrap()).unwrap();
    let mut event = CallEvent { kind, buyer: None, revenue: None, reservation: None };
    for word in words {
        match (word.strip_prefix('#'), word.strip_prefix('$')) {
            (Some(step), _) => event.reservation = Id::parse(step),
            (_, Some(revenue)) => event.revenue = revenue.parse().ok(),
            _ => event.buyer = Id::parse(word),
        }
    }
    event
}

/// A call, and what each of its steps has counted and given back.
struct Story {
    call: CallProgress,
    now: Instant,
    steps_left: Vec<Vec<i64>>,
    counted: Vec<Counted>,
    released: Vec<Held>,
}

impl Story {
    /// A call that dials these buyers, step by step: step 1 in group 1, and so on; 25 is expected of it.
    fn begin(steps: &[&[i64]]) -> Self {
        let steps_left = steps.iter().rev().map(|buyers| buyers.to_vec()).collect();
        let mut story = Self {
            call: CallProgress::new(),
            now: started(),
            steps_left,
            counted: Vec::new(),
            released: Vec::new(),
        };
        story.next_step();
        story
    }

    fn next_step(&mut self) {
        let Some(buyers) = self.steps_left.pop() else { return self.call.give_up(self.now) };
        let step = id(self.call.steps.len() as i64 + 1);
        let buyers = buyers.into_iter().map(id).collect();
        self.call.start(CallStep::reserved(step, step, buyers, "25".parse().unwrap()), self.now);
        self.counted.push(Counted::default());
        self.released.push(Held::default());
    }

    /// Reports events, a second apart; `expired` is the end of the reservation, and what follows a `!` is refused.
    fn tell(mut self, events: &[&str]) -> Self {
        for text in events {
            self.now = self.now.plus_ms(1_000);
            let effect = match (*text, text.strip_prefix('!')) {
                ("expired", _) => self.call.expire(self.now),
                (_, Some(refused)) => {
                    let before = self.call.clone();
                    assert!(self.call.apply(&event(refused), self.now, MOST_MS).is_err(), "{text}");
                    assert_eq!(self.call, before, "{text}");
                    continue;
                }
                (text, _) => self.call.apply(&event(text), self.now, MOST_MS).unwrap(),
            };
            self.take(&effect);
        }
        self
    }

    fn take(&mut self, effect: &Effect) {
        let units =
            |one: Decimal, other: Decimal| Decimal::from_units_saturating(one.units() + other.units());
        let counted = &mut self.counted[effect.step];
        counted.attempts += effect.counted.attempts;
        counted.connections += effect.counted.connections;
        counted.conversions += effect.counted.conversions;
        counted.revenue = units(counted.revenue, effect.counted.revenue);
        counted.earned = units(counted.earned, effect.counted.earned);
        let released = &mut self.released[effect.step];
        released.attempts += effect.released.attempts;
        released.connections += effect.released.connections;
        released.conversions += effect.released.conversions;
        released.revenue = units(released.revenue, effect.released.revenue);
        released.slots += effect.released.slots;
        if effect.reroute {
            self.next_step();
        }
    }

    /// The status, then for each step what it has counted and, after a `+`, what it holds.
    fn told(&self) -> String {
        let amounts = |attempts: i64, connections: i64, conversions: i64, revenue: Decimal| {
            format!("{attempts} {connections} {conversions} {revenue}")
        };
        let mut text = self.call.status.name().to_owned();
        for (step, counted) in self.call.steps.iter().zip(&self.counted) {
            let Counted { attempts, connections, conversions, revenue, earned } = *counted;
            text.push_str(&format!(" | {}", amounts(attempts, connections, conversions, revenue)));
            if earned != revenue {
                text.push_str(&format!(" earned {earned}"));
            }
            let Held { attempts, connections, conversions, revenue, slots } = step.held;
            if !step.held.is_nothing() {
                text.push_str(&format!(
                    " + {} live {slots}",
                    amounts(attempts, connections, conversions, revenue)
                ));
            }
        }
        text
    }
}

/// Attempts, connections, conversions and revenue that were counted, and are held.
#[test]
fn one_buyer() {
    for (events, told) in [
        (&[][..], "dialing | 0 0 0 0 + 1 1 1 25 live 1"),
        (&["dialed"], "dialing | 1 0 0 0 + 0 1 1 25 live 1"),
        (&["dialed", "dialed"], "dialing | 1 0 0 0 + 0 1 1 25 live 1"),
        (&["dialed", "connected"], "connected | 1 1 0 0 + 0 0 1 25 live 1"),
        (&["connected"], "connected | 1 1 0 0 + 0 0 1 25 live 1"),
        (&["connected", "dialed", "connected 1 #1"], "connected | 1 1 0 0 + 0 0 1 25 live 1"),
        (&["connected", "converted"], "connected | 1 1 1 25 + 0 0 0 0 live 1"),
        (&["connected", "converted $40"], "connected | 1 1 1 40 + 0 0 0 0 live 1"),
        (&["converted"], "connected | 1 1 1 25 + 0 0 0 0 live 1"),
        (&["converted", "converted"], "connected | 1 1 1 25 + 0 0 0 0 live 1"),
        (&["converted", "converted $5"], "connected | 1 1 1 30 + 0 0 0 0 live 1"),
        (&["converted", "ended", "ended"], "ended | 1 1 1 25"),
        (&["connected", "ended"], "ended | 1 1 0 0"),
        (&["dialed", "ended"], "unanswered | 1 0 0 0"),
        (&["ended"], "unanswered | 0 0 0 0"),
        (&["failed"], "unanswered | 0 0 0 0"),
        (&["dialed", "failed", "failed"], "unanswered | 1 0 0 0"),
        (&["failed", "dialed"], "unanswered | 1 0 0 0"),
        (&["connected", "failed", "!dialed 2", "!dialed #2"], "connected | 1 1 0 0 + 0 0 1 25 live 1"),
    ] {
        assert_eq!(Story::begin(&[&[1]]).tell(events).told(), told, "{events:?}");
    }
}

#[test]
fn money_that_is_given_back() {
    for (events, told) in [
        (&["converted", "reversed"][..], "connected | 1 1 1 25 earned 0 + 0 0 0 0 live 1"),
        (&["converted", "reversed $10", "reversed"], "connected | 1 1 1 25 earned 0 + 0 0 0 0 live 1"),
        (&["converted", "ended", "reversed $10"], "ended | 1 1 1 25 earned 15"),
        (&["converted", "reversed $20", "!reversed $6"], "connected | 1 1 1 25 earned 5 + 0 0 0 0 live 1"),
        // Before its conversion is known, nothing is counted of it, and then both.
        (&["reversed $10"], "dialing | 0 0 0 0 + 1 1 1 25 live 1"),
        (&["reversed $10", "converted"], "connected | 1 1 1 25 earned 15 + 0 0 0 0 live 1"),
        (&["reversed $40", "converted"], "connected | 1 1 1 25 earned 0 + 0 0 0 0 live 1"),
        (&["reversed $40", "converted", "converted $25"], "connected | 1 1 1 50 earned 10 + 0 0 0 0 live 1"),
        (&["!reversed"], "dialing | 0 0 0 0 + 1 1 1 25 live 1"),
    ] {
        assert_eq!(Story::begin(&[&[1]]).tell(events).told(), told, "{events:?}");
    }
}

#[test]
fn several_buyers_at_once() {
    for (events, told) in [
        (&["dialed"][..], "dialing | 3 0 0 0 + 0 1 1 25 live 1"),
        (&["dialed 2", "dialed 2"], "dialing | 1 0 0 0 + 2 1 1 25 live 1"),
        (&["dialed 2", "dialed"], "dialing | 3 0 0 0 + 0 1 1 25 live 1"),
        (&["!connected", "!converted", "!connected 9"], "dialing | 0 0 0 0 + 3 1 1 25 live 1"),
        (&["dialed", "connected 2", "connected 3"], "connected | 3 1 0 0 + 0 0 1 25 live 1"),
        (&["connected 2", "dialed 1"], "connected | 2 1 0 0 + 1 0 1 25 live 1"),
        (&["connected 2", "converted", "ended"], "ended | 1 1 1 25"),
        (&["dialed", "failed 1", "failed 1"], "dialing | 3 0 0 0 + 0 1 1 25 live 1"),
        (&["dialed", "failed 1", "failed 2", "failed 3"], "unanswered | 3 0 0 0"),
        (&["dialed 1", "failed"], "unanswered | 1 0 0 0"),
        (&["failed 1", "connected 1"], "connected | 1 1 0 0 + 2 0 1 25 live 1"),
    ] {
        assert_eq!(Story::begin(&[&[1, 2, 3]]).tell(events).told(), told, "{events:?}");
    }
}

#[test]
fn live_slots_of_buyers_come_back_when_they_are_not_needed() {
    let mut call = Story::begin(&[&[1, 2, 3]]).call;
    let mut freed = |text: &str| call.apply(&event(text), started(), MOST_MS).unwrap().freed;
    assert_eq!(freed("dialed"), []);
    assert_eq!(freed("failed 3"), [id(3)]);
    assert_eq!(freed("connected 2"), [id(1)]);
    assert_eq!(freed("ended"), [id(2)]);
    assert_eq!(freed("ended"), []);
}

#[test]
fn one_step_after_another() {
    for (events, told) in [
        (&["dialed", "failed"][..], "dialing | 1 0 0 0 | 0 0 0 0 + 1 1 1 25 live 1"),
        (&["dialed", "failed #1", "failed #1"], "dialing | 1 0 0 0 | 0 0 0 0 + 1 1 1 25 live 1"),
        (&["failed", "failed"], "unanswered | 0 0 0 0 | 0 0 0 0"),
        (&["failed", "dialed #1", "dialed #2"], "dialing | 1 0 0 0 | 1 0 0 0 + 0 1 1 25 live 1"),
        (&["failed", "connected", "converted #1"], "connected | 0 0 0 0 | 1 1 1 25 + 0 0 0 0 live 1"),
        // An answer that comes after its step was given up counts beside what the next step holds.
        (&["failed", "connected #1"], "connected | 1 1 0 0 | 0 0 0 0 + 1 1 1 25 live 1"),
        (&["failed", "connected #1", "failed #2"], "connected | 1 1 0 0 | 0 0 0 0"),
        (&["failed", "connected #1", "connected #2"], "connected | 1 1 0 0 | 0 0 0 0 + 1 1 1 25 live 1"),
        (&["failed", "connected #1", "converted", "ended"], "ended | 1 1 1 25 | 0 0 0 0"),
        // Whatever step it names: what ends is the call.
        (&["failed", "ended #1"], "unanswered | 0 0 0 0 | 0 0 0 0"),
        (&["failed", "failed", "connected #2", "converted"], "ended | 0 0 0 0 | 1 1 1 25"),
    ] {
        assert_eq!(Story::begin(&[&[1], &[2]]).tell(events).told(), told, "{events:?}");
    }
}

#[test]
fn what_is_reported_after_the_reservation_has_ended() {
    for (events, told) in [
        (&["dialed", "expired"][..], "expired | 1 0 0 0"),
        (&["expired", "expired", "failed"], "expired | 0 0 0 0"),
        (&["expired", "dialed"], "expired | 1 0 0 0"),
        (&["expired", "ended"], "unanswered | 0 0 0 0"),
        (&["expired", "connected"], "connected | 1 1 0 0"),
        (&["expired", "connected", "converted", "ended"], "ended | 1 1 1 25"),
        (&["connected", "expired", "converted"], "expired | 1 1 1 25"),
        (&["connected", "expired", "converted", "ended", "expired"], "ended | 1 1 1 25"),
        (&["ended", "connected", "converted"], "ended | 1 1 1 25"),
    ] {
        assert_eq!(Story::begin(&[&[1], &[2]]).tell(events).told(), told, "{events:?}");
    }
}

#[test]
fn a_call_expires_while_it_rings_and_later_while_it_lasts() {
    let call = Story::begin(&[&[1]]).call;
    assert_eq!(call.expires_at, Some(started().plus_ms(RING_MS)));
    let call = Story::begin(&[&[1]]).tell(&["connected"]).call;
    assert_eq!(call.expires_at, Some(started().plus_ms(1_000 + MOST_MS)));
    assert_eq!((call.ended_at, call.duration_s()), (None, None));
    let call = Story::begin(&[&[1]]).tell(&["connected", "dialed", "ended"]).call;
    assert_eq!((call.expires_at, call.duration_s()), (None, Some(2)));
    let late = Story::begin(&[&[1]]).tell(&["ended", "connected"]).call;
    assert_eq!(late.duration_s(), Some(0));
}

/// Every order of these, each reported once or twice.
#[test]
fn whatever_the_order_the_same_is_counted() {
    let all = ["dialed", "connected", "converted $30", "reversed $10", "failed", "ended"];
    let mut orders = 0;
    permute(&mut all.clone(), 0, &mut |events| {
        orders += 1;
        let once = Story::begin(&[&[1]]).tell(events);
        assert_eq!(once.told(), "ended | 1 1 1 30 earned 20", "{events:?}");
        // Money is counted each time that it is reported under another event id.
        let is_money = |text: &&str| text.contains('$');
        let twice: Vec<&str> =
            events.iter().flat_map(|text| vec![*text; if is_money(text) { 1 } else { 2 }]).collect();
        let twice = Story::begin(&[&[1]]).tell(&twice);
        assert_eq!(twice.told(), once.told(), "{events:?}");
        let released = Held::of(crate::eligibility::Need { attempts: 1, revenue: "25".parse().unwrap() });
        assert_eq!((once.released, twice.released), (vec![released], vec![released]), "{events:?}");
    });
    assert_eq!(orders, 720);
}

fn permute<T>(all: &mut [T], from: usize, each: &mut impl FnMut(&[T])) {
    if from == all.len() {
        return each(all);
    }
    for at in from..all.len() {
        all.swap(from, at);
        permute(all, from + 1, each);
        all.swap(from, at);
    }
}

#[test]
fn nothing_is_reported_of_a_call_that_nobody_took() {
    let mut call = CallProgress::new();
    call.give_up(started());
    assert_eq!(call.status, CallStatus::NoTaker);
    for kind in CallEventKind::ALL {
        let event = CallEvent { kind, buyer: None, revenue: None, reservation: None };
        assert!(call.apply(&event, started(), MOST_MS).is_err());
    }
    assert!(call.expire(started()).is_nothing());
    assert_eq!(call.status, CallStatus::NoTaker);
}
