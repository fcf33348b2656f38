package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const tick = 10 * time.Millisecond // of /proc; Linux shows processor time in hundredths of a second everywhere

// times are what a line of /proc/<pid>/stat says of a process.
type times struct {
	parent   int
	own      time.Duration // in the program and in the kernel
	children time.Duration // of those that have ended and were waited for
}

var errStat = errors.New("not a line of /proc/<pid>/stat")

// parseStat reads the line; the second field is the program's name in brackets and may hold blanks and brackets.
func parseStat(text string) (times, error) {
	end := strings.LastIndexByte(text, ')')
	if end < 0 {
		return times{}, errStat
	}
	f := strings.Fields(text[end+1:]) // f[0] is field 3, the state
	if len(f) < 15 {
		return times{}, errStat
	}
	var n [5]int
	for i, at := range []int{1, 11, 12, 13, 14} { // ppid, utime, stime, cutime, cstime
		var err error
		if n[i], err = strconv.Atoi(f[at]); err != nil {
			return times{}, fmt.Errorf("%w: %w", errStat, err)
		}
	}
	return times{parent: n[0], own: time.Duration(n[1]+n[2]) * tick, children: time.Duration(n[3]+n[4]) * tick}, nil
}

func timesOf(pid int) (times, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return times{}, fmt.Errorf("processor time: %w", err)
	}
	return parseStat(string(text))
}

// treeTime is the processor time of a process and its children: those that live, and those that have ended.
func treeTime(pid int) (time.Duration, error) {
	root, err := timesOf(pid)
	if err != nil {
		return 0, err
	}
	all, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0, fmt.Errorf("list processes: %w", err)
	}
	sum := root.own + root.children
	for _, path := range all {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it has just ended
		}
		if t, err := parseStat(string(text)); err == nil && t.parent == pid {
			sum += t.own
		}
	}
	return sum, nil
}

// memory is what a process holds and the most that it has held, in KiB.
type memory struct{ now, most int }

// parseMemory reads /proc/<pid>/status.
func parseMemory(status string) (memory, error) {
	var m memory
	for line := range strings.Lines(status) {
		name, value, _ := strings.Cut(line, ":")
		into := map[string]*int{"VmRSS": &m.now, "VmHWM": &m.most}[name]
		if into == nil {
			continue
		}
		var err error
		if *into, err = strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB"))); err != nil {
			return m, fmt.Errorf("memory: %w", err)
		}
	}
	if m.now == 0 || m.most == 0 {
		return m, errors.New("memory: none in /proc/<pid>/status")
	}
	return m, nil
}

func memoryOf(pid int) (memory, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return memory{}, fmt.Errorf("memory: %w", err)
	}
	return parseMemory(string(text))
}
