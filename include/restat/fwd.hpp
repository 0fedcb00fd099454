#pragma once

#include <restat/detail/language.hpp>

/// Declares the names of the policies and of the default composition in a single place.
/// `stat_reloader.hpp` completes the composition.
namespace restat {

struct candidate;
struct change;
struct entry;
struct explanation;
struct finding;
struct options;
struct schedule;
struct stat_record;
class change_set;
class dependency_graph;
class observer;
class snapshot;
class snapshot_builder;

class any_matcher;
class glob_matcher;
class ignore_matcher;
class matcher_ref;
class name_matcher;
class regex_matcher;
template <class Function>
class predicate;

class list_enumerator;
class module_enumerator;
class native_file_system;
template <class FileSystem>
class basic_tree_enumerator;
using tree_enumerator = basic_tree_enumerator<native_file_system>;

class interruptible_clock;
class sleep_clock;

template <class Function>
class callback_restart;
class module_restart;

template <class Enumerator, class Matcher, class Clock, class Restart>
class basic_reloader;

/// The usual composition of an engine, under a name for a member of its classes: the files below
/// some roots, any rules, and a function with the changes, called by `poll_for` in the loop of the
/// engine. `Function` is a class of the engine or a `std::function`. The header of each policy
/// completes the composition.
template <class Function>
using asset_reloader =
    basic_reloader<tree_enumerator, any_matcher, sleep_clock, callback_restart<Function>>;

#ifndef RESTAT_WITHOUT_PROCESSES
class program_enumerator;
class command_restart;
class exec_restart;
template <class Function>
class fork_restart;

/// Watches the modules of this program and its tracked files. After a change, replaces the process
/// with a fresh run of the program.
using stat_reloader =
    basic_reloader<program_enumerator, ignore_matcher, interruptible_clock, exec_restart>;
#endif

} // namespace restat
