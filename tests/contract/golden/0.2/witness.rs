//! The same plugin as witness.c by a reader of its own: the structs are written down from the reference pages, not taken
//! from the headers.
#![no_std]
use core::{arch::global_asm, ffi::c_void, mem::size_of, ptr};

global_asm!(
    ".pushsection .note.onebudget,\"a\",%note", ".balign 4", ".long 10", ".long 8f-7f", ".long 1", ".asciz \"OneBudget\"",
    ".balign 4", "7: .ascii \"witness_rust 1.0.0 0.2\"", "8: .balign 4", ".popsection"
);

const OK: i32 = 0;
const UNSUPPORTED: i32 = -201;
const LIMIT: i32 = -400;

#[repr(C)] #[derive(Clone, Copy)] pub struct Str { p: *const u8, n: u32, reserved: u32 }
#[repr(C)] pub struct Fault { struct_size: u32, status: i32, retry_after_ms: u32, detail: u32, code: [u8; 64], field: [u8; 64], message: [u8; 512] }
#[repr(C)] pub struct Offer { struct_size: u32, abi_major: u32, abi_minor: u32, reason_cap: u32, host_version: Str, reason: *mut u8 }
#[repr(C)] pub struct Event { struct_size: u32, reserved: u32, delivery: i64, at_ms: i64, topic: Str, key: Str, payload: Str }
#[repr(C)] pub struct Change { struct_size: u32, action: i32, id: i64, entity: Str, transition: Str, before: Str, after: Str }

type Host = u64;
type Call = u64;
type Buffer = u64;
type Cursor = u64;
type Table = *const c_void;

#[repr(C)] pub struct Core {
    struct_size: u32, reserved: u32,
    get_service: extern "C" fn(Host, Str, u32, *mut Table) -> i32,
    log: Table, now: Table, buf_new: Table,
    buf_map: extern "C" fn(Host, Buffer, *mut *mut u8, *mut u32) -> i32,
    buf_release: extern "C" fn(Host, Buffer) -> i32,
}
#[repr(C)] struct Http {
    struct_size: u32, reserved: u32,
    route: extern "C" fn(Call, *mut u8, u32, *mut u32, *mut Fault) -> i32,
    parameter: Table,
    body: extern "C" fn(Call, *mut Buffer, *mut Fault) -> i32,
    respond: extern "C" fn(Call, i32, Str, Str, *mut Fault) -> i32,
}
#[repr(C)] struct Records {
    struct_size: u32, reserved: u32,
    get: extern "C" fn(Call, Str, i64, *mut Buffer, *mut Fault) -> i32,
    query: extern "C" fn(Call, Str, Str, *mut Cursor, *mut Fault) -> i32,
    next_batch: extern "C" fn(Call, Cursor, *mut Buffer, *mut u32, *mut Fault) -> i32,
    close: extern "C" fn(Call, Cursor, *mut Fault) -> i32,
    aggregate: extern "C" fn(Call, Str, Str, *mut Buffer, *mut Fault) -> i32,
    insert: extern "C" fn(Call, Str, Str, *mut i64, *mut Fault) -> i32,
}
#[repr(C)] struct Hook { struct_size: u32, reserved: u32, report: extern "C" fn(Call, Str, Str, Str, Str, *mut Fault) -> i32 }
#[repr(C)] struct Publish { struct_size: u32, reserved: u32, publish: extern "C" fn(Call, Str, Str, Str, *mut Fault) -> i32 }
#[repr(C)] struct Kv {
    struct_size: u32, reserved: u32, get: Table, put: Table, cas: Table, remove: Table, scan: Table,
    increment: extern "C" fn(Call, Str, i64, *mut i64, *mut Fault) -> i32,
}

#[repr(C)] pub struct Plugin {
    struct_size: u32, reserved: u32, abi_major: u32, abi_minor: u32, id: Str, version: Str,
    create: extern "C" fn(*const Core, Host, *mut *mut Instance, *mut Fault) -> i32,
    init: extern "C" fn(*mut Instance, Str, *mut Fault) -> i32,
    activate: extern "C" fn(*mut Instance, *mut Fault) -> i32,
    deactivate: extern "C" fn(*mut Instance, *mut Fault) -> i32,
    destroy: extern "C" fn(*mut Instance),
    get_handlers: extern "C" fn(*mut Instance, Str, *mut Table) -> i32,
}
#[repr(C)] struct Handlers<F> { struct_size: u32, reserved: u32, call: F }
unsafe impl<F> Sync for Handlers<F> {}
unsafe impl Sync for Plugin {}

pub struct Instance { core: *const Core, host: Host, http: *const Http, records: *const Records, hook: *const Hook, event: *const Publish, kv: *const Kv }

#[link(name = "c")]
extern "C" { fn calloc(n: usize, size: usize) -> *mut c_void; fn free(p: *mut c_void); fn abort() -> !; }

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! { unsafe { abort() } }

const fn text(t: &'static str) -> Str { Str { p: t.as_ptr(), n: t.len() as u32, reserved: 0 } }
fn bytes(b: &[u8]) -> Str { Str { p: b.as_ptr(), n: b.len() as u32, reserved: 0 } }
fn seen<'a>(s: Str) -> &'a [u8] { if s.n == 0 { &[] } else { unsafe { core::slice::from_raw_parts(s.p, s.n as usize) } } }

struct Answer { text: [u8; 4096], n: usize }
impl Answer {
    fn new() -> Self { Answer { text: [0; 4096], n: 0 } }
    fn add(&mut self, part: &[u8]) {
        if let Some(room) = self.text.get_mut(self.n..self.n + part.len()) { room.copy_from_slice(part); self.n += part.len(); }
    }
    fn number(&mut self, value: i64) {
        let (mut digits, mut at, mut rest) = ([0u8; 20], 20, value.unsigned_abs());
        loop { at -= 1; digits[at] = b'0' + (rest % 10) as u8; rest /= 10; if rest == 0 { break; } }
        if value < 0 { self.add(b"-"); }
        self.add(&digits[at..]);
    }
    fn said(&self) -> Str { bytes(&self.text[..self.n]) }
}

/// 0 or more goes on, less ends the function with that status.
macro_rules! go { ($e:expr) => { let status = $e; if status < 0 { return status; } }; }

extern "C" fn create(core: *const Core, host: Host, own: *mut *mut Instance, _: *mut Fault) -> i32 {
    let made = unsafe { calloc(1, size_of::<Instance>()) } as *mut Instance;
    if made.is_null() { return LIMIT; }
    unsafe { (*made).core = core; (*made).host = host; *own = made; }
    OK
}
fn ask<T>(own: &Instance, id: &'static str, table: &mut *const T) -> i32 {
    unsafe { ((*own.core).get_service)(own.host, text(id), size_of::<T>() as u32, table as *mut *const T as *mut Table) }
}
extern "C" fn init(own: *mut Instance, _: Str, _: *mut Fault) -> i32 {
    let own = unsafe { &mut *own };
    let (mut http, mut records, mut hook, mut event, mut kv) = (ptr::null(), ptr::null(), ptr::null(), ptr::null(), ptr::null());
    go!(ask(own, "ob.http/1", &mut http));
    go!(ask(own, "ob.records/1", &mut records));
    go!(ask(own, "ob.hook/1", &mut hook));
    go!(ask(own, "ob.event/1", &mut event));
    go!(ask(own, "ob.kv/1", &mut kv));
    (own.http, own.records, own.hook, own.event, own.kv) = (http, records, hook, event, kv);
    OK
}
extern "C" fn nothing(_: *mut Instance, _: *mut Fault) -> i32 { OK }
extern "C" fn destroy(own: *mut Instance) { unsafe { free(own as *mut c_void) } }

fn add_buffer(own: &Instance, to: &mut Answer, buffer: Buffer) -> i32 {
    let (mut data, mut size) = (ptr::null_mut(), 0);
    let core = unsafe { &*own.core };
    let status = (core.buf_map)(own.host, buffer, &mut data, &mut size);
    if status >= 0 { to.add(seen(Str { p: data, n: size, reserved: 0 })); }
    (core.buf_release)(own.host, buffer);
    status
}

fn take_note(own: &Instance, call: Call, error: *mut Fault) -> i32 {
    let (http, records, event, kv) = unsafe { (&*own.http, &*own.records, &*own.event, &*own.kv) };
    let (mut asked, mut said, mut buffer, mut id, mut notes) = (Answer::new(), Answer::new(), 0, 0, 0);
    go!((http.body)(call, &mut buffer, error));
    go!(add_buffer(own, &mut asked, buffer));
    go!((records.insert)(call, text("witness_rust.note"), asked.said(), &mut id, error));
    go!((kv.increment)(call, text("notes"), 1, &mut notes, error));
    go!((event.publish)(call, text("witness_rust.noted"), text("note"), text("{\"by\":\"witness_rust\"}"), error));
    go!((records.get)(call, text("witness_rust.note"), id, &mut buffer, error));
    said.add(b"{\"id\":\"");
    said.number(id);
    said.add(b"\",\"notes\":");
    said.number(notes);
    said.add(b",\"row\":");
    go!(add_buffer(own, &mut said, buffer));
    said.add(b"}");
    (http.respond)(call, 200, text("application/json"), said.said(), error)
}

fn tell_heard(own: &Instance, call: Call, error: *mut Fault) -> i32 {
    let (http, records, kv) = unsafe { (&*own.http, &*own.records, &*own.kv) };
    let (mut said, mut buffer, mut cursor, mut count, mut heard) = (Answer::new(), 0, 0, 0, 0);
    go!((kv.increment)(call, text("heard"), 0, &mut heard, error));
    said.add(b"{\"heard\":");
    said.number(heard);
    said.add(b",\"sum\":");
    go!((records.aggregate)(call, text("witness_rust.note"), text("{\"aggregates\":[\"count\",\"sum:amount\"]}"), &mut buffer, error));
    go!(add_buffer(own, &mut said, buffer));
    said.add(b",\"rows\":");
    go!((records.query)(call, text("witness_rust.note"), text("{\"sort\":\"-id\",\"limit\":2}"), &mut cursor, error));
    go!((records.next_batch)(call, cursor, &mut buffer, &mut count, error));
    go!(add_buffer(own, &mut said, buffer));
    (records.close)(call, cursor, error);
    said.add(b"}");
    (http.respond)(call, 200, text("application/json"), said.said(), error)
}

extern "C" fn handle(own: *mut Instance, call: Call, error: *mut Fault) -> i32 {
    let own = unsafe { &*own };
    let (mut route, mut need) = ([0u8; 64], 0);
    go!(unsafe { ((*own.http).route)(call, route.as_mut_ptr(), 64, &mut need, error) });
    if &route[..need as usize] == b"POST /take" { take_note(own, call, error) } else { tell_heard(own, call, error) }
}
extern "C" fn validate(own: *mut Instance, call: Call, change: *const Change, error: *mut Fault) -> i32 {
    let nothing_said = b"\"text\":\"nothing\"";
    if seen(unsafe { (*change).after }).windows(nothing_said.len()).any(|w| w == nothing_said) {
        let report = unsafe { (*(*own).hook).report };
        return report(call, text("/text"), text("witness_rust.empty"), text("nothing is said"), text("say something"), error);
    }
    OK
}
extern "C" fn on_event(own: *mut Instance, call: Call, event: *const Event, error: *mut Fault) -> i32 {
    if seen(unsafe { (*event).topic }) != b"witness_rust.noted" { return OK; }
    let mut heard = 0;
    unsafe { ((*(*own).kv).increment)(call, text("heard"), 1, &mut heard, error) }
}

type Handle = extern "C" fn(*mut Instance, Call, *mut Fault) -> i32;
type Validate = extern "C" fn(*mut Instance, Call, *const Change, *mut Fault) -> i32;
type OnEvent = extern "C" fn(*mut Instance, Call, *const Event, *mut Fault) -> i32;
static ROUTES: Handlers<Handle> = Handlers { struct_size: 16, reserved: 0, call: handle };
static RULE: Handlers<Validate> = Handlers { struct_size: 16, reserved: 0, call: validate };
static EAR: Handlers<OnEvent> = Handlers { struct_size: 16, reserved: 0, call: on_event };

extern "C" fn get_handlers(_: *mut Instance, id: Str, table: *mut Table) -> i32 {
    let found = match seen(id) {
        b"ob.http/1" => &ROUTES as *const _ as Table,
        b"ob.validate/1" => &RULE as *const _ as Table,
        b"ob.event/1" => &EAR as *const _ as Table,
        _ => return UNSUPPORTED,
    };
    unsafe { *table = found };
    OK
}

static PLUGIN: Plugin = Plugin {
    struct_size: size_of::<Plugin>() as u32, reserved: 0, abi_major: 0, abi_minor: 2, id: text("witness_rust"), version: text("1.0.0"),
    create, init, activate: nothing, deactivate: nothing, destroy, get_handlers,
};

#[no_mangle]
pub extern "C" fn ob_plugin_entry_v0(offer: *const Offer) -> *const Plugin {
    let offer = unsafe { &*offer };
    if offer.abi_major == 0 && offer.abi_minor >= 2 { &PLUGIN } else { ptr::null() }
}
