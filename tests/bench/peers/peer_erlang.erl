%% The workloads of bench_runtime in Erlang, with processes and their mailboxes.
%%
%%   erl ... -run peer_erlang main WORKLOAD      prints figures as bench_runtime does
%%   erl ... -run peer_erlang main echo PORT     serves the port for ever
%%
%% With ERL_TRACE=FILE the emulator's own trace of whatever is scheduled goes there.
-module(peer_erlang).
-export([main/1, add_up/3]).

now_ns() -> erlang:monotonic_time(nanosecond).

figure(Name, Value, Unit) -> io:format("~s ~.6f ~s~n", [Name, Value * 1.0, Unit]).

status_kib(Key) ->
    {ok, Text} = file:open("/proc/self/status", [read, raw, binary]),
    {ok, Bytes} = file:read(Text, 65536),
    file:close(Text),
    {match, [Number]} = re:run(Bytes, Key ++ ":\\s+(\\d+)", [{capture, [1], list}]),
    list_to_integer(Number).

%% In ticks of a hundredth of a second: fields 14 and 15 of stat.
cpu_seconds() ->
    {ok, Bytes} = file:read_file("/proc/self/stat"),
    [_, Rest] = binary:split(Bytes, <<") ">>),
    Fields = binary:split(Rest, <<" ">>, [global]),
    (binary_to_integer(lists:nth(12, Fields)) + binary_to_integer(lists:nth(13, Fields))) / 100.

repeat(0, _) -> ok;
repeat(N, Do) -> Do(), repeat(N - 1, Do).

yield(0) -> ok;
yield(N) -> erlang:yield(), yield(N - 1).

take(0) -> ok;
take(N) -> receive _ -> take(N - 1) end.

count_of(Name) -> case lists:suffix("1m", Name) of true -> 1000000; false -> 100000 end.

main([Name | Rest]) ->
    case os:getenv("ERL_TRACE") of
        false -> run(Name, Rest);
        Path -> traced(Path, fun() -> run(Name, Rest) end)
    end,
    halt().

traced(Path, Do) ->
    Tracer = (dbg:trace_port(file, Path))(),
    erlang:trace(all, true, [running, timestamp, {tracer, Tracer}]),
    Do(),
    erlang:trace(all, false, [running]).

run("switch" = Name, _) ->
    Rounds = 5000000,
    Partner = spawn(fun() -> yield(Rounds + 1000) end),
    erlang:yield(),
    Start = now_ns(),
    yield(Rounds),
    figure(Name, (now_ns() - Start) / (2 * Rounds), "ns"),
    exit(Partner, kill);
run("spawn", _) ->
    Rounds = 1000000,
    Self = self(),
    Start = now_ns(),
    repeat(Rounds, fun() -> spawn(fun() -> Self ! done end), receive done -> ok end end),
    figure("spawn_seq", (now_ns() - Start) / Rounds, "ns");
run("spawn100k", _) ->
    Count = 100000,
    Self = self(),
    Start = now_ns(),
    Pids = [spawn(fun() -> receive _ -> Self ! done end end) || _ <- lists:seq(1, Count)],
    lists:foreach(fun(Pid) -> Pid ! go end, Pids),
    take(Count),
    figure("spawn_conc", (now_ns() - Start) / Count, "ns");
run("pingpong" = Name, _) -> exchange(Name, 1000000, [], []);
run("traced" = Name, _) -> exchange(Name, 100000, [], []);
run("xpingpong" = Name, _) -> exchange(Name, 500000, [{scheduler, 1}], [{scheduler, 2}]);
run("xthroughput" = Name, _) ->
    Count = 2000000,
    Self = self(),
    Receiver = spawn_opt(fun() -> receive start -> ok end,
                                  Start = now_ns(),
                                  take(Count),
                                  Self ! (now_ns() - Start) end, [{scheduler, 2}]),
    spawn_opt(fun() -> Receiver ! start, repeat(Count, fun() -> Receiver ! word end) end,
              [{scheduler, 1}]),
    receive Took -> figure(Name, Count / (Took / 1.0e9), "msg/s") end;
run("ring" = Name, _) ->
    {Size, Hops, Self} = {10000, 1000000, self()},
    Last = spawn(fun() -> receive {next, First} -> hand_on(Self, First) end end),
    First = lists:foldl(fun(_, Next) -> spawn(fun() -> hand_on(Self, Next) end) end, Last,
                        lists:seq(2, Size)),
    Last ! {next, First},
    Start = now_ns(),
    First ! Hops,
    receive done -> figure(Name, (now_ns() - Start) / Hops, "ns/hop") end;
run("fanin" = Name, _) ->
    {Senders, Each, Self} = {1000, 1000, self()},
    Start = now_ns(),
    repeat(Senders, fun() -> spawn(fun() -> repeat(Each, fun() -> Self ! word end) end) end),
    take(Senders * Each),
    figure(Name, Senders * Each / ((now_ns() - Start) / 1.0e9), "msg/s");
run("skynet" = Name, _) ->
    Start = now_ns(),
    spawn(?MODULE, add_up, [self(), 0, 1000000]),
    receive 499999500000 -> ok end,
    figure(Name, (now_ns() - Start) / 1.0e9, "s"),
    figure(Name ++ "_peak", status_kib("VmHWM") / 1024, "MiB");
run("sleep" ++ _ = Name, _) ->
    %% Otherwise each collection goes through all the messages that have come.
    process_flag(message_queue_data, off_heap),
    {Count, Cpu, Start, Self} = {count_of(Name), cpu_seconds(), now_ns(), self()},
    repeat(Count, fun() -> spawn(fun() -> receive after 1000 -> Self ! done end end) end),
    Spawned = now_ns() - Start,
    take(Count),
    figure(Name, (now_ns() - Start) / 1.0e9, "s"),
    figure(Name ++ "_spawned", Spawned / 1.0e9, "s"),
    figure(Name ++ "_cpu", cpu_seconds() - Cpu, "cpu_s"),
    figure(Name ++ "_peak", status_kib("VmHWM") / 1024, "MiB");
run("park" ++ _ = Name, _) ->
    {Count, Rss, Pte} = {count_of(Name), status_kib("VmRSS"), status_kib("VmPTE")},
    repeat(Count, fun() -> spawn(fun() -> receive _ -> ok end end) end),
    timer:sleep(200),
    figure(Name ++ "_rss", (status_kib("VmRSS") - Rss) * 1024 / Count, "B/each"),
    figure(Name ++ "_pte", (status_kib("VmPTE") - Pte) * 1024 / Count, "B/each");
run("echo", [Port]) ->
    {ok, Listener} = gen_tcp:listen(list_to_integer(Port),
                                    [binary, {active, false}, {ip, {127, 0, 0, 1}},
                                     {reuseaddr, true}, {backlog, 128}, {nodelay, true}]),
    serve(Listener).

exchange(Name, Rounds, Here, There) ->
    Self = self(),
    spawn_opt(fun() ->
                  Partner = spawn_opt(fun() -> answer(Rounds) end, There),
                  Start = now_ns(),
                  ask(Rounds, Partner),
                  Self ! (now_ns() - Start)
              end, Here),
    receive Took -> figure(Name, Took / Rounds, "ns/rt") end.

ask(0, _) -> ok;
ask(N, Partner) -> Partner ! {self(), N}, receive _ -> ask(N - 1, Partner) end.

answer(0) -> ok;
answer(N) -> receive {From, Value} -> From ! Value + 1, answer(N - 1) end.

hand_on(Done, Next) ->
    receive
        0 -> Done ! done;
        Value -> Next ! Value - 1, hand_on(Done, Next)
    end.

add_up(Up, First, 1) -> Up ! First;
add_up(Up, First, Leaves) ->
    {Self, Step} = {self(), Leaves div 10},
    [spawn(?MODULE, add_up, [Self, First + I * Step, Step]) || I <- lists:seq(0, 9)],
    Up ! lists:sum([receive Part -> Part end || _ <- lists:seq(1, 10)]).

serve(Listener) ->
    {ok, Peer} = gen_tcp:accept(Listener),
    Pid = spawn(fun() -> receive go -> echo(Peer) end end),
    gen_tcp:controlling_process(Peer, Pid),
    Pid ! go,
    serve(Listener).

echo(Peer) ->
    case gen_tcp:recv(Peer, 0) of
        {ok, Bytes} -> gen_tcp:send(Peer, Bytes), echo(Peer);
        _ -> ok
    end.
