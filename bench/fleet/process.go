package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// process is one of wrapcast that is started again whenever it ends, as a service manager does.
type process struct {
	in   *installation
	name string
	args []string
	// env are variables of its own; core, if not negative, is the only one it may use.
	env  []string
	core int
	// serving says that the first line of its output is the document of `serve --json`.
	serving bool

	mu     sync.Mutex
	cmd    *exec.Cmd
	ended  chan struct{} // of the program that runs now
	keep   bool
	spent  time.Duration // CPU of those that have ended
	exits  int           // how often it ended by itself
	api    string
	token  string
	uphold sync.WaitGroup
}

// begin starts it, and keeps it up until it is stopped or killed for good.
func (p *process) begin() error {
	p.mu.Lock()
	p.keep = true
	p.mu.Unlock()
	if err := p.launch(); err != nil {
		return err
	}
	p.uphold.Go(func() {
		for {
			p.mu.Lock()
			ended := p.ended
			p.mu.Unlock()
			<-ended
			p.mu.Lock()
			again := p.keep
			p.mu.Unlock()
			if !again {
				return
			}
			time.Sleep(200 * time.Millisecond)
			if p.launch() != nil {
				return
			}
		}
	})
	return nil
}

func (p *process) launch() error {
	log, err := os.OpenFile(filepath.Join(p.in.dir, p.name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	program, args := p.in.binary, p.args
	if p.core >= 0 {
		program, args = "taskset", append([]string{"-c", strconv.Itoa(p.core), p.in.binary}, args...)
	}
	c := exec.Command(program, args...) //nolint:noctx // it is ended by signals, and asked how
	c.Env, c.Dir, c.Stderr = append(p.in.environment(), p.env...), p.in.dir, log
	pipe, err := c.StdoutPipe()
	if err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	p.mu.Lock()
	p.cmd, p.ended = c, ended
	p.mu.Unlock()
	go func() {
		lines := bufio.NewScanner(pipe)
		for lines.Scan() {
			p.read(lines.Bytes())
		}
		err := c.Wait()
		p.mu.Lock()
		p.spent += c.ProcessState.UserTime() + c.ProcessState.SystemTime()
		if signalled, ok := c.ProcessState.Sys().(syscall.WaitStatus); p.keep && (!ok || !signalled.Signaled()) {
			p.exits++
			fmt.Fprintf(os.Stderr, "   %s ended by itself: %v\n", p.name, err)
		}
		p.mu.Unlock()
		close(ended)
	}()
	return nil
}

// read takes where the API is from the first line.
func (p *process) read(line []byte) {
	var d struct{ API, Token string }
	if p.serving && json.Unmarshal(line, &d) == nil && d.API != "" {
		p.mu.Lock()
		p.api, p.token = d.API, d.Token
		p.mu.Unlock()
	}
}

// access is where the API is and the token for it, "" until it serves.
func (p *process) access() (api, token string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.api, p.token
}

// kill is kill -9; it comes back by itself.
func (p *process) kill() {
	p.mu.Lock()
	c := p.cmd
	p.mu.Unlock()
	if c != nil {
		_ = c.Process.Kill()
	}
}

// signal sends it a signal that does not end it.
func (p *process) signal(s syscall.Signal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = p.cmd.Process.Signal(s) // it may have ended
}

// stop ends it by a signal for good, and says how long that took.
func (p *process) stop(s syscall.Signal) time.Duration {
	p.mu.Lock()
	p.keep = false
	c := p.cmd
	p.mu.Unlock()
	if c == nil {
		return 0
	}
	began := time.Now()
	_ = c.Process.Signal(s)
	p.uphold.Wait()
	p.mu.Lock()
	if last := p.cmd; last != c { // it was between two
		_ = last.Process.Kill()
	}
	ended := p.ended
	p.mu.Unlock()
	<-ended
	return time.Since(began)
}

// cpu is what it has used so far, all its lives together.
func (p *process) cpu() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd == nil {
		return 0
	}
	select {
	case <-p.ended:
		return p.spent
	default:
		return p.spent + cpuOf(p.cmd.Process.Pid, false)
	}
}

// cpuOf is the CPU that a process of Linux has used, with that of its children that have ended.
func cpuOf(pid int, children bool) time.Duration {
	const tick = 10 * time.Millisecond // USER_HZ
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(after)
	const utime, count = 11, 4
	if len(fields) < utime+count {
		return 0
	}
	sum := 0
	for i, f := range fields[utime : utime+count] {
		if n, err := strconv.Atoi(f); err == nil && (children || i < 2) {
			sum += n
		}
	}
	return time.Duration(sum) * tick
}

// serverCPU is what the database server has used: its main process, those it has now, and those that have ended.
func (in *installation) serverCPU() time.Duration {
	main := in.server.Process()
	sum := cpuOf(main, true)
	all, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range all {
		text, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		_, after, _ := strings.Cut(string(text), ") ")
		if f := strings.Fields(after); len(f) > 1 && f[1] == strconv.Itoa(main) {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			sum += cpuOf(pid, false)
		}
	}
	return sum
}

// worker is one that computes one step at a time.
func (in *installation) worker(name string) *process {
	return &process{in: in, name: name, args: []string{"worker", "--parallel", "1"}, core: -1}
}

// dashboard is a `serve` that leaves the work to the workers.
func (in *installation) dashboard(ctx context.Context) (*process, error) {
	p := &process{in: in, name: "serve", serving: true, core: -1,
		args: []string{"serve", "--json", "--parallel", "0", "--listen", "127.0.0.1:0"}}
	if err := p.begin(); err != nil {
		return nil, err
	}
	err := wait(ctx, time.Minute, "the API", func() bool { api, _ := p.access(); return api != "" })
	if err != nil {
		p.stop(syscall.SIGKILL)
		return nil, errors.Join(err, errors.New("see serve.log"))
	}
	return p, nil
}
