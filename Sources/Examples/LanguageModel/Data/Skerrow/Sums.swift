/// Sums, accounts, timetables and rules of Skerrow.
extension EmbeddedText {
  /// The sums, accounts, timetables and rules.
  static let sums = #"""
    SMALL SUMS, FROM THE BOARD OF MISS ORLA

    7 x 8 = 56
    9 x 6 = 54
    12 x 12 = 144
    100 - 37 = 63
    1,000 - 1 = 999
    45 + 55 = 100
    81 : 9 = 9
    96 : 4 = 24
    3 x 3 x 3 = 27
    15 + 16 + 17 = 48
    1/2 + 1/4 = 3/4
    0.1 + 0.2 = 0.3
    2 + 4 + 6 + 8 + 10 = 30
    1 + 3 + 5 + 7 + 9 = 25, which is 5 x 5. Why?

    Agnes bakes 12 loaves on a tray, and she has 8 trays. How many loaves is that?
    12 x 8 = 96 loaves.

    Tobias has 63 sacks, and the cart holds 9. How often must Dumpling go?
    63 : 9 = 7 times. Dumpling says that 3 sacks are enough, and so it is 21.

    The lamp shines for 2 seconds and is dark for 8 seconds. How often does it shine in one
    hour?
    3,600 : 10 = 360 times.

    Sam eats 3 buns a day, and Nell eats 2. How many buns do they eat in a week?
    (3 + 2) x 7 = 35 buns.

    A herring costs €0.85. What do 2 herrings a day cost in a year?
    2 x 365 = 730 herrings. 730 x 0.85 = €620.50. The Office has approved it.

    The river is 80 m wide, and Corin rows at 0.8 m a second. How long does he take?
    80 : 0.8 = 100 seconds, or 1 minute and 40 seconds. With a goat, longer.

    There are 112 steps, and each of them is 18 cm high. How high is that?
    112 x 18 = 2,016 cm, or 20.16 m. The rest is rock.

    The goose honks once at one, twice at two, and so on until twelve. How many honks are
    there from one to twelve?
    1 + 2 + 3 + 4 + 5 + 6 + 7 + 8 + 9 + 10 + 11 + 12 = 78 honks.

    Mrs. Lüders has 6 rooms with 2 beds and 3 rooms with 1 bed. How many can sleep there?
    6 x 2 + 3 x 1 = 15 guests, and one under the piano.

    A clock loses 4 minutes a day. How much does it lose in the whole of April?
    4 x 30 = 120 minutes, or 2 hours.

    It is 13 miles to Pennywick, and one walks 3 miles in an hour. One leaves at 08:00.
    When does one arrive?
    13 : 3 = 4 hours and 20 minutes. At 12:20, in time for dinner.

    ACCOUNTS OF THE SUMMER FAIR, 19 JULY
    In:
    Lemonade, 75 glasses at €0.50: €37.50
    Cake, 48 slices at €1.20: €57.60
    Fried fish, 66 portions at €3.00: €198.00
    Guess the weight of the horse, 90 guesses at €0.20: €18.00
    Boat race, 8 boats at €5.00: €40.00
    Found in the piano: €1.15
    Sum: €352.25
    Out:
    Lemons and sugar: €11.40
    Butter, eggs, flour: €23.10
    Oil for frying: €9.75
    Prizes: €30.00
    Ribbon, 25 m: €6.25
    Oats, for the honks: €2.00
    Sum: €82.50
    Left: 352.25 - 82.50 = €269.75. To be used for the roof of the school.
    Weight of the horse: 642 kg. Best guess: 640 kg, by Old Wynn, who did not look.

    ACCOUNTS OF THE ROOF
    Slates, 300 at €0.65: €195.00
    Nails, 2 kg: €8.40
    Laths, 60 m at €0.70: €42.00
    Work: given
    Soup for the workers, 14 bowls: given
    Sum: €245.40
    From the fair: €269.75. Left over: €24.35. Bought: 1 globe, without a dent, for
    €22.00. Rest: €2.35.

    TIMETABLE OF THE SCHOOL
    08:00 – 08:15  Stove, coats, one question
    08:15 – 09:00  Reading
    09:00 – 09:45  Sums
    09:45 – 10:10  Break (the goose honks at 10:00)
    10:10 – 10:55  Writing
    10:55 – 11:30  Plants, animals, stars
    11:30 – 12:00  Singing, or whatever has been left over
    On Wednesdays: the beach, if the tide is below 1.5 m at 10:00.

    TIMETABLE OF AGNES
    03:00  Get up
    03:10  Light the oven
    03:30  First dough
    04:45  Second dough, buns
    05:30  First loaves out; fox goes by
    06:00  Window open; lamp goes out
    07:00  Door open
    13:00  Door closed
    13:15  Walk up the hill, to look at the mill
    14:30  Walk down the hill
    19:30  Bed

    LENT FROM THE INN, AND NOT YET RETURNED
    1 ladder, 3.5 m: to Tobias, since 12 March
    2 pans: to the summer fair, since 19 July
    1 blanket: to the man with the piano
    6 spoons: to Sam, since April; found in the river: 4
    1 book, "The Stars, Volume 1": to Mr. Pell; returned 8 April
    1 book, "The Stars, Volume 2": to be had at Pennywick
    1 cork: unknown

    MEASURES AND WEIGHTS USED IN SKERROW
    1 kilogram = 1,000 grams
    1 sack = 50 kg
    1 box of fish = 25 kg
    1 litre = 1,000 ml = 5 glasses
    1 barrel = 220 l
    1 mile = 1.609 km
    1 fathom = 6 feet = 1.83 m
    1 knot = 1 sea mile in 1 hour = 1.852 km/h
    1 dozen = 12; at the bakery 13, on Fridays
    1 honk = 1 hour
    1 moment = as long as Tobias needs to say good morning

    THE POST, BY NUMBERS
    Letters that came in March: 64. Letters that left: 71.
    Letters that came in June: 88. Letters that left: 85.
    Letters that came in December: 203. Letters that left: 240.
    Parcels: 117 in the year; the heaviest, 28.5 kg, was a stone for the mill; the
    lightest, 4 g, was a feather for Matilda, from an admirer.
    Postage to Pennywick: €0.55. To the city: €0.80. Abroad: €1.35.
    Messages in bottles, sent: 1. Answered: 1. That is 100 %.

    TEMPERATURES AT THE SCHOOL DOOR, 08:00
    Month  Mean  Coldest  Warmest
    Jan     2 °C   -7 °C    9 °C
    Feb     3 °C   -6 °C   10 °C
    Mar     5 °C   -2 °C   13 °C
    Apr     8 °C    1 °C   16 °C
    May    12 °C    4 °C   21 °C
    Jun    15 °C    9 °C   24 °C
    Jul    17 °C   11 °C   27 °C
    Aug    17 °C   12 °C   26 °C
    Sep    14 °C    7 °C   22 °C
    Oct    10 °C    3 °C   17 °C
    Nov     6 °C   -1 °C   12 °C
    Dec     3 °C   -5 °C   10 °C

    THE CLOCKS OF MR. BRANDT, COMPARED WITH THE GOOSE AT 12:00
    Tall clock: 12:04, fast by 4 minutes
    Round clock: 11:51, slow by 9 minutes
    Clock with roses: 3:30, no remark
    Kitchen clock: 12:00, by chance
    Ship's clock: 12:01, fast by 1 minute
    Cuckoo clock: 11:58, slow by 2 minutes; the cuckoo is at the joiner's
    Oak clock: 12:00 and on the way to 11:59
    Glass clock: stopped at 7:15 on a Sunday
    Black clock: 12:11, fast by 11 minutes, since the fall
    Travelling clock: 12:00 in another country
    Small brass clock: 11:59:40, slow by 20 seconds; this one is for sale, at €85.00

    BILLS AND RECEIPTS

    To the miller, for mending 1 chain, 6 links at €1.25: €7.50. For advice: €0.00. Paid
    on 3 June.
    To the school, for winding and oiling 1 clock, 4 quarters at €2.00: €8.00. Paid with 8
    drawings, of which 5 show a goose.
    To the lighthouse, for 36 wicks at €0.35: €12.60. Carriage: €1.40. Sum: €14.00.
    To the inn, for 15 kg onions at €0.80: €12.00; 10 kg carrots at €0.95: €9.50; 6
    cabbages at €1.10: €6.60. Sum: €28.10. Less soup: €4.20. Remains: €23.90.
    To the Kittiwake, for 1 net, 14 m by 5 m, or 70 square metres, 46 evenings of work:
    €138.00, which makes €3.00 an evening. Old Wynn adds: and the stories for nothing.
    To Mr. Hale, for 1 pair of glasses, glued: no charge, because I sat on them.

    THE JOURNEY TO PENNYWICK AND BACK, 27 AND 28 MAY
    05:50  Left the pier on the Kittiwake. Wind SE 3. On board: 4 people, 1 basket.
    06:35  Passed the rock. Mr. Pell waved a towel.
    08:10  Basket opened. 8 eggs, 6 buns, 1 sausage of 400 g.
    08:25  Basket empty.
    09:45  Entered the harbour of Pennywick. 13 sea miles in 3 h 55 min, or 3.3 knots.
    10:00  Coffee, 4 cups at €1.90: €7.60.
    11:30  Bought: 2 m of cord (€0.80), 1 book about stars (€9.00, used), 3 pears.
    12:30  Looked at a green and orange boat, and praised it for 15 minutes.
    19:00  Supper with 9 people. 22:40  Bed.
    04:55  Left with the tide. Wind SW 4, rain, 5 mm.
    08:05  Skerrow. 3 h 10 min, or 4.1 knots. Sum of money spent: €17.40, and 3 pears.

    WHAT IS IN THE SHED OF TAMSIN
    Tar: 12 l. Paint, blue: 3 l. Paint, orange: 0.5 l, left over.
    Floats of cork: 160. Floats of glass: 22, green.
    Hooks, size 4: 250. Hooks, size 8: 400. Hooks, in the cat: 0, thank goodness.
    Boots: 2 that match, 2 that do not.
    Canvas: 7.5 m. Needles: 9. Thread: 600 m.
    Lobster pots: 14 whole, 3 flat.
    1 bell, 1 compass (4 degrees off to the east), 1 photograph.

    THE BIRDS OF ONE MORNING, COUNTED BY THE SCHOOL, 17 MAY, 06:00 – 07:00
    Herring gull: 46
    Sparrow: 31
    Swallow: 18
    Starling: 15
    Blackbird: 7
    Oystercatcher: 6
    Crow: 5
    Wagtail: 4
    Wren: 2, and a nest that was not seen by anybody
    Heron: 1
    Cuckoo: 1, heard
    Goose: 1, assisting
    Together: 137. In the year before: 129. That is 8 more, or 6.2 %.

    THE COST OF ONE LOAF
    Flour, 650 g at €0.42 a kg: €0.27
    Salt, 12 g: €0.01
    Yeast, 15 g: €0.06
    Wood for the oven: €0.31
    Rent of the shop, shared by 60 loaves: €0.20
    Getting up at 03:00: €2.15
    Sum: €3.00

    THE WEDDING, 2 MAY, 11:00
    Guests: 119 from Skerrow, 23 from Pennywick, 6 from the city; together 148.
    Chairs: 140. Benches: 2, for 4 people each. 140 + 8 = 148. It was close.
    Soup: 45 l. Herrings: 200. Potatoes: 60 kg. Loaves: 74, which is 1 for every 2 guests.
    Cake: 7 tiers; 24 eggs, 3 kg flour, 2.4 kg butter, 2 kg honey. Height: 92 cm. Slices:
    160. Left: 12. Left at midnight: 0.
    Speeches: 3, of 4, 6 and 31 minutes. The last one was by Corin.
    Dances: 28. Glasses broken: 5. Geese upon the table: 1.
    Weather: 16 °C, wind S 2, and at 17:20 a shower of 4 minutes, with a rainbow.
    At 22:00 the lamp of the lighthouse was turned 3 times the wrong way around. That is
    not allowed, and it will not be entered in the log.

    RULES OF THE GREAT BOAT RACE
    1. The course is 1,200 m, from the pier around the rock and back.
    2. Start: 14:00, when Matilda has honked twice.
    3. Each boat has 2 rowers and 1 passenger who must not help.
    4. A bathtub counts as a boat. A door does not.
    5. Whoever falls into the water may be picked up by anybody.
    6. Results: 1st, the Patience, 9 min 42 s. 2nd, the Kittiwake, 9 min 44 s. 3rd, the
    bathtub, 31 min 5 s. The rest drifted, and were content.

    THE LAST PAGE OF THE YEAR
    People on 1 January: 118. Born: 3. Moved here: 2. Moved away: 1. Died: 1, old Mr.
    Hale, aged 94, who said that he had had enough soup. People on 31 December: 118 + 3 +
    2 - 1 - 1 = 121.
    Chimneys: 37. Smoking: 37.
    In the box of the council: €44.35, and a button. The button has been there for 12
    years. It is entered at €0.00, but nobody would sell it.
    """#
}
