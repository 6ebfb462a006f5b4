/// The chronicle of December: the lantern walk, the fox in the snow, and the end of the year.
extension EmbeddedText {
  /// What happened in December.
  static let december = #"""
    DECEMBER

    The lighthouse log, kept by Tobias Reed.
    1 December, 07:50. Wind north-east, force 3. Lamp burned 15 hours.
    4 December, 11:20. Fitted a second hook beside the door, for a second coat.
    6 December, 08:10. Found 3 nuts and an orange in my left boot. Captain denies
    everything.
    10 December, 16:00. Snow. The sea is black and the land is white, and the
    tower is in between.
    15 December, 13:30. The new mast of the Blue Heron stands. It smells of the
    upper farm.
    18 December, 09:40. Measured the ice on the mill pond, with Mr. Quill: 11
    centimetres.
    21 December, 16:02. The shortest day. Lit the lamp 3 minutes early, for
    company.
    24 December, 18:30. From the gallery I counted 93 lanterns. See below.
    25 December, 10:00. Calm, clear, 2 degrees below zero. Nobody at sea. Nobody
    alone.
    31 December, 23:50. Oil left: 54 litres. Tea left: 2 tins. Ten minutes left,
    too. Page is full.

    The weather in December was white. Snow lay from the 10th to the 29th, 24
    centimetres at the deepest. The mean temperature was 1 °C, the coldest night
    was that of the 22nd, with 8 degrees below zero. The Tam did not freeze at the
    mill this time; there was a very long scarf wound round the axle of the wheel,
    and whether that was the reason nobody can say. The sun shone on 10 days. On
    the shortest day it rose at 08:14 and set at 16:02.

    The lantern walk

    On the 24th of December, when it grows dark, the people of Pennywick walk
    through the village with lanterns, and sing. It has always been done, and
    always in the same way: from the church to the harbour, along the high street,
    past every door.

    In this year something was different. On the 23rd, Mr. Quill asked in the
    school, "Who has carried something for us this year that was too heavy for him
    alone? You may each say one name."

    "The people of Marrow Bay," said the first child. "Because of the flour."

    "Captain Sørensen," said Hazel. "Because of the lemons, and because he came
    back."

    "Pepper," said Finn, "because of everything."

    "Mr. Reed. He is alone up there so that nobody is alone out there."

    "The woman who lost the letter for 52 years, and was not angry."

    "The scarecrow," said the smallest. "He stands all night."

    Mr. Quill wrote every name on the board, and there were 26. He took off his
    glasses and cleaned them. "That makes a long walk," he said.

    And so it was. They started at four, with 93 lanterns. They sang before the
    bakery and before the smithy, like every year; but then they went up the lane
    to the smallest house, and then to the ferry, where two people sat at one
    table with a tin between them; and in the tin were 3 green shoots, as long as
    a finger. They sang there for a good while. They went to the mill, and Pepper
    got a carrot from each child, and left not one. They went to the ship, and the
    crew stood along the rail, in their caps, and the cook had a bandage round his
    head from the cheese. They went up to the long field, and set one lantern at
    the foot of the scarecrow. It was quite still up there. There were tracks in
    the snow, small ones, in a row, leading to the pole and away again; somebody
    came here every evening.

    At the last they went out along the new dam, in single file, with the dark sea
    on the right and on the left. Tobias Reed saw them coming from his gallery: a
    string of small lights, that came on and on, and did not end.

    They stood below, around the tower, and sang what they had. Then Marta Crumb
    went in and up the stairs. They could see her lantern at each of the windows,
    at step 20, at step 60, at step 100, and every child counted with it, aloud;
    and at 144 they all threw up their caps.

    "What is she doing up there?" asked the smallest.

    "She is going home," said Hazel.

    Honey cake for the darkest day
    You need:
    300 g of honey
    100 g of butter
    100 g of brown sugar
    500 g of rye flour
    2 eggs
    100 g of nuts
    1 orange
    3 spoons of spice: cinnamon, clove, ginger, and a little pepper
    1 spoon of baking powder
    Warm the honey with the butter and the sugar until it runs. Let it grow cool.
    Stir in the eggs, the skin and the juice of the orange, the spice, and the
    nuts, and then the flour with the baking powder. Leave the dough in a cold
    place for 2 days; it is thinking. Roll it out as thick as a finger, and cut
    hearts, stars, and donkeys. Bake for 12 minutes. It makes 48, and they will be
    hard. Lay them in a tin with an apple, and in a week they will have forgiven
    you.

    Prices at the market, 20 December
    Goose, 1 kg: €11.50
    Chestnuts, 500 g: €3.20
    Oranges, 1 kg: €2.90
    Walnuts, 1 kg: €5.60
    Candles, 4: €4.80
    A fir tree, to your shoulder: €10.00
    A fir tree, to the ceiling: €18.00
    Mistletoe, a branch: €1.50, and the consequences

    From the counting book of Marta Crumb
    Lanterns: 93. Names on the board: 26. Chimneys: 42.
    Honey cakes: 48. Soft ones: 48, after a week.
    Steps from the oven to the harbour: 212. On the dam: 480. In the tower: 144.
    All of it, on the way home: 836. I counted them at last, for they are now on
    the way home.
    Loaves in the whole year: 14,806. Raisins: no.
    This book is full. I have been given a new one, with a ship on it.

    A letter from the harbour master of Bergen to Hazel Crumb

    Bergen, 12 December

    Dear Miss Crumb,

    I have the honour to inform you that I have looked into the matter of the
    trolls once more. It is possible that there is one. It lives behind our house,
    is about 1 metre high, and takes buns from the window sill. My wife says that
    it is the boy from next door. I say — there is no proof of that.

    It has rained here on 231 days so far, and there are 19 still to come, so we
    may yet reach Captain Sørensen's “240” in an honourable way. I shall stand at
    the window and count.

    Enclosed you will find 1 paint box with 12 colours. Your last picture, of the
    race, hangs in my office. The donkey looks very calm.

    With respect, and with best wishes for the new year,
    Halvor Lund

    PS: 3 fishwives send you their greetings.

    The fox in the snow

    Snow had fallen all night long. When Russet the fox put his nose out of his
    den, the wood was gone. There was only white, and in it were black lines that
    had been trees.

    He went to the field. The scarecrow had a hat of snow upon his hat of straw.
    His coat hung open, and one could see that he was nothing but two sticks. At
    his foot stood a lantern which had burned down.

    "You will freeze, my friend," said the fox, and he leaned against the pole, as
    he always did; but he could feel that it did not make much difference.

    He thought about it. Then he went off, and his tracks ran from the field to
    the hedge. There he spoke to the mouse. She spoke with her 6 children, and
    they spoke with 40 others. The squirrel was told, and so was the jay. The
    hedgehog was asleep, and said in her sleep, "Take the leaves, but leave me
    three." The badger said that he owed nobody anything; and then he came too.

    When Finn came up to the field in the morning with a shovel, he could not
    believe his eyes. The scarecrow was fat. From his collar to his knees he was
    stuffed with leaves and hay, with moss, with feathers, grey and blue; and with
    the wool that the sheep had left on the thorns, and that Old Nell had left for
    once. In his left sleeve something was asleep that was very small. In the
    right one were 20 acorns. Somebody had pushed a button through the coat, to
    hold it together in front; it was the wrong size, and it held.

    Under the coat, between the feet, in the only spot where there was no snow,
    lay the fox, with his tail over his nose.

    Finn stood for a while. Then he took off his own scarf and hung it round the
    scarecrow's neck. He went away backwards, and set his feet into his own
    tracks, so as not to wake anybody.

    A friend who never speaks may still be told that he is one.

    At the café, the last Monday

    "Good morning, Zoé. One coffee, please."
    "Good morning, Bram. The large one?"
    "No. Today I shall have two small ones."
    "But two small ones cost €3.20, and the large one is cheaper. You say it every
    Monday."
    "It is true, every Monday. But out of one large cup, two people can't drink."
    "And who is the second one for?"
    "She is just putting her bicycle against the post box. Gently, for once."
    "I see. Then sit down at the table in the corner, Bram. I never charge for
    that one."

    How to light a fire that lasts
    Rake the ash, but leave a bed of it, 2 fingers deep. Lay 2 thick logs side by
    side with a hand's breadth between them. Put paper in the gap, then shavings,
    then sticks as thick as a pencil, crosswise, like a little house. Light it
    from below. Do not blow yet. When the house falls in, lay on 1 split log, with
    the bark up, and then a second. Leave the door open by a crack. Before going
    to bed, pull the embers together and cover them up with ash. In the morning
    they will still be there; they only wanted to be believed in.

    A question from the smallest
    "Is it over now, the year?"
    "In ten minutes," said Mr. Quill, and held his watch to the light.
    "And where is it going?"
    "It will be written down, so that it does not get lost."
    "All of it? The donkey as well? And how I held the can?"
    "That above all," said Mr. Quill.
    She leaned against the warm stove, beside the dog. "Then you may let it go,"
    said the smallest, and shut her eyes.

    Riddles of Old Nell
    What has a ring but no finger? A bell.
    What grows on the roof in winter, with its head down? An icicle.
    I am twelve brothers long, and none of us ever meets the next. What am I? The
    year.
    What can you give away, and still have? Your heart, and a cold.
    What did the ferryman say after 52 years? Hop in.

    Old Jory's plum tree

    By the harbour there stands a little house with a plum tree. It had stood
    empty for as long as people could remember, and the windows were blind. On the
    first Monday in December, there was smoke coming out of the chimney.

    "That makes 42," said Marta Crumb, who saw it first, and she had to change it
    in her book.

    Bram Holt had mended the stove, Rose Penrose had mended the roof. Zoé had lent
    a kettle. Mr. Quill came with a shelf, and with 3 books about fish. In the
    kitchen there were two chairs that did not match, and on one sat Old Nell and
    knitted, and on the other sat Old Jory, holding the wool.

    "Are you comfortable?" asked Hazel.

    "It pulls a little at the left wrist," said Old Jory, "but I am not in a
    hurry."

    On the sill was the tin with the lemon trees. Outside, in the snow, stood the
    plum tree. It was older than both of them. The bark was black, and half of its
    branches were dead.

    "Will it ever bear plums again?" Hazel asked.

    "It has got a good deal behind it," said Old Nell, "and nobody has asked it."
    She bit off the thread and held up what she had made. It was red, and there
    was grey in it, and white, with a thread of black and a little bit of hedge.
    It was a cap, and she put it upon Old Jory's head, and pulled it down over his
    ears.

    "So that is what it was going to be," said Hazel.

    "I told you," said Old Nell. "It depends on who is cold."

    Things that Mr. Quill wrote on the board in December
    On the 21st of December the day has 7 hours and 48 minutes. From then on it
    can only get better.
    Each snowflake has 6 arms. Look at one on your sleeve, and be quick.
    An evergreen loses its needles too, but never all of them on the same day.
    A year has 365 days, or 8,760 hours, or 525,600 minutes. Some of them were
    very good.
    A lemon pip needs warmth, water, and somebody who is in no hurry.
    There are 26 names on this board. They will not be wiped off until after the
    holidays.

    A rhyme for the end of the year
    One for the wheel that was frozen and still,
    Two for the stars that they saw from the hill,
    Three for the ship and four for the fire,
    Five for the fox who had wanted to fly higher,
    Six for the donkey and seven for the well,
    Eight for the lanterns, and nobody fell,
    Nine for the apple that rolled down the lane,
    Ten for the flour and eleven for the rain,
    Twelve for the letter that came in the end:
    Lift up your hat to the light, my friend.

    The council met on 30 December at 19:00. Present: all, and anybody else who
    could get in. Miss Penrose read out the accounts: in the box there are €31.15,
    which is €9.15 less than last year, and she added that in her opinion the
    village had never been so rich. It was decided that the number of chimneys
    shall be changed in all papers from 41 to 42. A place shall be kept free at
    the stove for the dog, who has not missed a meeting. Mr. Quill asked whether
    anybody knew what next year would be like. Nobody did. It was adopted without
    a vote. Closed at 21:00; the lights were left on.

    THE END OF THE YEAR

    If you come to Pennywick, come over the stone bridge, and ask the donkey
    whether it holds. Drink a coffee at the café, under the round window. Buy a
    roll, and count the raisins. At night, look out to sea. Every 12 seconds there
    comes a light, small and yellow, and if you lift your hat to it, somebody will
    see.
    """#
}
