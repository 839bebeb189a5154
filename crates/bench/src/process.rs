//! A server under measurement: started, watched and ended.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use nix::sys::signal::{Signal, kill};
use nix::time::{ClockId, clock_gettime};
use nix::unistd::Pid;

/// A server in a process of its own; it is ended when this is dropped.
pub(crate) struct Server {
    child: Child,
    pid: Pid,
    cpu_clock: ClockId,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// From the start of the process to the first answer of `/readyz`.
    pub(crate) cold_start: Duration,
}

/// An address of this machine on which nothing listens.
pub(crate) fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

impl Server {
    /// Starts a server and waits until it is ready; what it says goes to the file `log`.
    ///
    /// # Errors
    /// When it cannot be started, or is not ready within half a minute.
    pub(crate) fn start(command: &mut Command, address: SocketAddr, log: &Path) -> Result<Self> {
        let log = File::create(log)?;
        let began = Instant::now();
        let child = command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).spawn();
        let child = child.with_context(|| format!("{command:?} cannot be started"))?;
        let pid = Pid::from_raw(i32::try_from(child.id())?);
        let cpu_clock = ClockId::pid_cpu_clock_id(pid)?;
        let mut server = Self { child, pid, cpu_clock, address, cold_start: Duration::ZERO };
        while !is_ready(address) {
            if let Some(status) = server.child.try_wait()? {
                bail!("{command:?} ended with {status}");
            }
            if began.elapsed() > Duration::from_secs(30) {
                bail!("{command:?} was not ready within 30 s");
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        server.cold_start = began.elapsed();
        Ok(server)
    }

    /// The processor time that it has used so far, all threads together, also those that have ended.
    ///
    /// # Errors
    /// When it has ended.
    pub(crate) fn cpu(&self) -> Result<Duration> {
        Ok(clock_gettime(self.cpu_clock)?.into())
    }

    /// Its memory in use now, in KiB.
    ///
    /// # Errors
    /// When it has ended.
    pub(crate) fn memory_kib(&self) -> Result<u64> {
        self.status("VmRSS:")
    }

    /// The most memory that it had in use since [`Server::forget_peak`], in KiB.
    ///
    /// # Errors
    /// When it has ended.
    pub(crate) fn peak_kib(&self) -> Result<u64> {
        self.status("VmHWM:")
    }

    /// Starts the measurement of the peak anew.
    ///
    /// # Errors
    /// When it has ended.
    pub(crate) fn forget_peak(&self) -> Result<()> {
        Ok(fs::write(format!("/proc/{}/clear_refs", self.pid), "5")?)
    }

    fn status(&self, name: &str) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name)).context("no such line")?;
        Ok(line.trim().trim_end_matches(" kB").parse()?)
    }
}

fn is_ready(address: SocketAddr) -> bool {
    use std::io::{Read as _, Write as _};
    let Ok(mut stream) = TcpStream::connect(address) else { return false };
    let mut start = [0; 12];
    stream.write_all(b"GET /readyz HTTP/1.1\r\nhost: bench\r\nconnection: close\r\n\r\n").is_ok()
        && stream.read_exact(&mut start).is_ok()
        && start.ends_with(b"200")
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that has ended already needs no signal.
        let _ = kill(self.pid, Signal::SIGTERM);
        let asked = Instant::now();
        while asked.elapsed() < Duration::from_secs(5) {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
