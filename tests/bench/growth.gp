# SPDX-License-Identifier: MIT
# Draws what growth.py measured: gnuplot -e "folder='DIR'" growth.gp makes DIR/growth.svg.
rows = folder . "/rows.dat"
connections = folder . "/connections.dat"
space = folder . "/space.dat"

set terminal svg size 1500,560 dynamic enhanced font "sans-serif,14" background "#ffffff"
set output folder . "/growth.svg"
set encoding utf8
set multiplot layout 1,3 margins 0.065,0.935,0.31,0.90 spacing 0.125,0

# Colours that are told apart by those who see fewer, too.
blue = "#0072b2"; orange = "#d55e00"; green = "#009e73"; grey = "#777777"; black = "#222222"
set linetype 1 lc rgb blue lw 2.5 pt 7 ps 0.8
set linetype 2 lc rgb orange lw 2.5 pt 5 ps 0.8
set linetype 3 lc rgb grey lw 1.8 dt (6,4) pt 6 ps 0.7
set linetype 4 lc rgb grey lw 1.8 dt (2,3) pt 4 ps 0.7
set linetype 5 lc rgb green lw 1.8 dt (6,4) pt 8 ps 0.8

set border 11 lc rgb black
set tics nomirror out scale 0.6 textcolor rgb black
set y2tics nomirror textcolor rgb grey
set y2label textcolor rgb grey
set grid xtics ytics lc rgb "#e4e4e4" lt 1 lw 1 dt 1
set logscale x
set format x "10^{%T}"
set key left top Left reverse samplen 3 spacing 1.2 textcolor rgb black
set datafile missing NaN

only(column, name, value) = strcol(column) eq name ? value : NaN

set title "Rows, offline" font ",17"
set key at screen 0.070,0.19
set xlabel "rows"
set xrange [700:1.4e7]
set ylabel "CPU time a row, ns" offset 2,0
set logscale y
set yrange [100:20000]
set y2label "peak memory, MiB"
set y2range [0:16]
set y2tics 4
plot rows using 1:(only(2, "ndjson", $6)) with linespoints lt 1 title "NDJSON, ns", \
     rows using 1:(only(2, "csv", $6)) with linespoints lt 2 title "CSV of 51 columns, ns", \
     rows using 1:(only(2, "ndjson", $7 / 1024)) axes x1y2 with linespoints lt 3 \
         title "NDJSON, MiB (right)", \
     rows using 1:(only(2, "csv", $7 / 1024)) axes x1y2 with linespoints lt 4 \
         title "CSV, MiB (right)"

unset logscale y
set yrange [0:*]
set title "Connections, one question" font ",17"
set key at screen 0.400,0.19
set xlabel "connections"
set xrange [0.8:1250]
set format x "%g"
set ylabel "CPU time a request, µs" offset 0,0
set y2label "latency, ms" offset -1,0
set logscale y2
set y2range [0.01:1000]
set y2tics 10 format "%g"
plot connections using 1:2 with linespoints lt 1 title "CPU, µs", \
     connections using 1:4 axes x1y2 with linespoints lt 3 title "median, ms (right)", \
     connections using 1:5 axes x1y2 with linespoints lt 4 title "99th percentile, ms (right)"

set title "Space of the rulebook" font ",17"
set key at screen 0.730,0.19
set xlabel "profiles, unknown values included"
set xrange [70:1.5e6]
set format x "10^{%T}"
set ylabel "CPU time a request, µs" offset 0,0
set y2label "load and proof, ms" offset -1,0
set y2range [0.1:10000]
plot space using 1:(only(2, "wide", $8)) with linespoints lt 1 title "one question, µs", \
     space using 1:(only(2, "wide", $10)) with linespoints lt 2 title "questions from all over it, µs", \
     space using 1:(only(2, "wide", $4)) axes x1y2 with linespoints lt 3 \
         title "proof, 4 facts, ms (right)", \
     space using 1:(only(2, "deep", $4)) axes x1y2 with linespoints lt 5 \
         title "proof, 4 to 11 facts, ms (right)"
unset multiplot
